// The chain of thought: one row a line, its parts coloured by core module, the current line marked.

// A list of rows of any height in a scroll port. Only those in sight are drawn; a height is guessed until then.
class LongList {
  constructor(port, draw) {
    this.port = port;
    this.draw = draw;
    this.list = make("div", "tnb-list", port, { role: "list", "aria-label": "Chain of thought" });
    this.rows = new Map();
    this.reset([]);
    port.addEventListener("scroll", () => this.fill());
  }
  reset(heights) {
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.heights = heights;
    this.place();
  }
  place() {
    this.tops = new Float64Array(this.heights.length + 1);
    this.heights.forEach((height, number) => (this.tops[number + 1] = this.tops[number] + height));
    this.list.style.height = `${this.tops.at(-1)}px`;
  }
  at(top) {
    return below(this.tops, top, this.heights.length);
  }
  fill() {
    const { scrollTop, clientHeight } = this.port;
    const first = Math.max(0, this.at(scrollTop) - 2);
    const end = Math.min(this.heights.length, this.at(scrollTop + clientHeight) + 3);
    for (const [number, row] of this.rows) {
      if (number >= first && number < end) continue;
      row.remove();
      this.rows.delete(number);
    }
    for (let number = first; number < end; number++)
      if (!this.rows.has(number)) this.rows.set(number, this.draw(number, this.list));
    const wrong = [...this.rows].filter(([number, row]) => this.heights[number] !== row.offsetHeight);
    for (const [number, row] of wrong) this.heights[number] = row.offsetHeight;
    if (wrong.length) this.place();
    for (const [number, row] of this.rows) row.style.top = `${this.tops[number]}px`;
  }
  reveal(number, margin = 44) {
    this.fill();
    for (let turn = 0; turn < 3; turn++) { // rows that come into sight may turn out higher than guessed
      const [top, bottom] = [this.tops[number] - margin, this.tops[number + 1] + margin];
      const { scrollTop, clientHeight } = this.port;
      if (top < scrollTop) this.port.scrollTop = top;
      else if (bottom > scrollTop + clientHeight) this.port.scrollTop = Math.min(top, bottom - clientHeight);
      this.fill();
    }
  }
}

// The last place among the first `count` of a rising list whose value is not above the given one; at least 0.
function below(values, value, count) {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

const MARKS = { right: "✓", first: "✗", wrong: "✗", copied: "↻" };
const ROWS = 3; // of the tape, as in the style sheet; the rest unfolds
const SAID = { right: "as expected", first: "the first error", wrong: "a new error", copied: "a copied error" };

// Which states a line tells: "3", or "3–5".
function numbers([state], next, last) {
  if (state < 0 || state >= last) return "";
  const end = Math.min(next ?? last, last) - 1;
  return end > state ? `${state}–${end}` : String(state);
}

// The parts of a line, each with the mark that follows it, such as a semicolon, on the same row.
function write(text, parts) {
  let kept;
  for (const [kind, words] of parts) {
    if (kind) {
      kept = make("span", "tnb-kept", text);
      make("span", `tnb-part tnb-${kind}`, kept).textContent = words;
      continue;
    }
    const mark = kept ? words.match(/^[;:]?/)[0] : "";
    kept?.append(mark);
    text.append(words.slice(mark.length));
  }
}

function chainOfThought(view) {
  const panel = make("div", "tnb-panel tnb-thought", view.panels);
  const port = make("div", "tnb-port", panel, { "data-role": "thought" });
  let lines = [];
  let states = [];
  let current;
  let width;
  let columns = 20; // letters of a row, by guess
  let open = false; // the tape, which is long
  const draw = (number, list) => {
    const [state, parts] = lines[number];
    const place = { role: "listitem", "aria-setsize": lines.length, "aria-posinset": number + 1, "data-line": number };
    const row = make("div", "tnb-line", list, { ...place, "data-state": state });
    const mark = make("span", "tnb-mark", row);
    const count = numbers(lines[number], lines[number + 1]?.[0], view.last);
    const margin = make("span", "tnb-number", row);
    margin.textContent = count;
    const text = make("span", "tnb-text", row);
    write(text, parts);
    if (state < 0 && text.textContent.length > (ROWS - 1) * columns) unfolder(margin, row);
    dress(row, number, mark);
    return row;
  };
  const dress = (row, number, mark = row.firstChild) => {
    if (number === current) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
    const [state] = lines[number];
    const verdict = state < 0 ? undefined : view.verdictOf(state);
    row.dataset.verdict = verdict ?? "";
    mark.textContent = MARKS[verdict] ?? "";
    mark.title = SAID[verdict] ?? "";
    verdict ? mark.setAttribute("role", "img") : mark.removeAttribute("role");
  };
  const list = new LongList(port, draw);
  scrolling(port, "Chain of thought", list.list);
  const unfolder = (margin, row) => {
    const button = make("button", "tnb-unfold", margin, { type: "button", "aria-label": "The whole tape", "aria-expanded": open });
    button.textContent = "⋯";
    row.classList.toggle("tnb-open", open);
  };
  list.list.addEventListener("click", (event) => {
    const row = event.target.closest(".tnb-line");
    if (!row || String(getSelection())) return;
    if (row.dataset.state >= 0) return view.go(Number(row.dataset.state));
    open = row.classList.toggle("tnb-open");
    row.querySelector("button")?.setAttribute("aria-expanded", open);
    list.fill();
  });
  const guess = () => {
    columns = Math.max(20, (port.clientWidth - 76) / 7.3);
    list.reset(
      lines.map(([state, parts]) => {
        const length = parts.reduce((sum, [, words]) => sum + words.length + 2, 0);
        return 8 + 20 * Math.min(Math.ceil(length / columns), state < 0 ? 3 : Infinity);
      }),
    );
  };
  return {
    rewrite() {
      lines = view.model.get("_text").lines;
      states = lines.map(([state]) => state);
      const longest = Math.max(2, ...lines.slice(-2).map((line, number) => numbers(line, view.last, view.last).length));
      port.style.setProperty("--tnb-digits", `${longest}ch`);
      guess();
    },
    update(index) {
      if (port.clientWidth !== width) guess();
      width = port.clientWidth;
      current = below(states, index, states.length);
      list.reveal(current);
      for (const [number, row] of list.rows) dress(row, number);
    },
  };
}

// A trace beside the player: one row per state, the current one marked. Rows out of sight are not drawn.

const ROW = 30; // pixels
const COLUMNS = [
  ["", "step"],
  ["State", "label"],
  ["Memory Fetcher", "reads"],
  ["Atomic State", "operation"],
  ["Writes", "writes"],
  ["Linear Transition", "goto"],
];

function operands(pairs) {
  return pairs.map(([cell, value]) => `${cell}=${value}`).join(", ");
}

// The cells of an array in one piece: `a[3…0] = 7 1 9 2`.
function grouped(pairs) {
  const groups = [];
  for (const [cell, value] of pairs) {
    const [, name, place] = cell.match(/^([^[]*)(?:\[(-?\d+)\])?$/) ?? [null, cell];
    const index = place === undefined ? undefined : Number(place);
    const group = groups.at(-1);
    const step = group?.values.length === 1 ? Math.sign(index - group.last) : group?.step;
    if (group && group.name === name && index === group.last + step) {
      group.values.push(value);
      Object.assign(group, { step, last: index });
    } else groups.push({ name, cell, first: index, last: index, values: [value] });
  }
  const place = ({ name, cell, first, last }) => (first === last ? cell : `${name}[${first}…${last}]`);
  return groups.map((group) => [place(group), group.values.join(" ")]);
}

function parts([label, reads, operation, names, writes, goto]) {
  return {
    label,
    reads: operands(reads),
    operation: `${operation}${names.length ? `(${names.join(", ")})` : ""}`,
    writes: operands(writes),
    goto,
  };
}

// The state in full, as the chain of thought says it.
function words(state) {
  const { label, reads, operation, writes, goto } = parts(state);
  const said = [["label", label], ["reads", reads && `fetch ${reads}`], ["operation", operation]];
  return [...said, ["writes", writes && `write ${writes}`], ["goto", goto]].filter(([, text]) => text);
}

function rowOf(state, index, list) {
  const row = make("div", "tnb-row", list, { "data-state": index, role: "row", "aria-rowindex": index + 2 });
  row.style.top = `${index * ROW}px`;
  const texts = { step: index.toLocaleString("en"), ...parts(state) };
  for (const [, part] of COLUMNS) {
    const box = make("span", `tnb-part tnb-${part}`, row, { role: "cell", title: texts[part] });
    if (texts[part]) make("span", "", box).textContent = texts[part];
  }
  return row;
}

function rows(root, states, choose) {
  const table = make("div", "tnb-trace", root, { role: "table", "aria-rowcount": states.length + 1 });
  const port = make("div", "tnb-port", table);
  const head = make("div", "tnb-row tnb-columns", port, { role: "row" });
  for (const [title] of COLUMNS) make("span", "tnb-part", head, { role: "columnheader" }).textContent = title;
  const list = make("div", "tnb-list", port, { role: "rowgroup" });
  list.style.height = `${states.length * ROW}px`;
  const drawn = new Map();
  let current;

  const fill = () => {
    const first = Math.max(0, Math.floor(port.scrollTop / ROW) - 4);
    const last = Math.min(states.length, first + Math.ceil(port.clientHeight / ROW) + 9);
    for (const [index, row] of drawn) {
      if (index >= first && index < last) continue;
      row.remove();
      drawn.delete(index);
    }
    for (let index = first; index < last; index++) {
      if (!drawn.has(index)) drawn.set(index, rowOf(states[index], index, list));
      if (index === current) drawn.get(index).setAttribute("aria-current", "step");
      else drawn.get(index).removeAttribute("aria-current");
    }
  };
  port.addEventListener("scroll", fill);
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".tnb-row");
    if (row) choose(Number(row.dataset.state));
  });
  return (index) => {
    current = index;
    const top = Math.min(index, states.length - 1) * ROW;
    const room = port.clientHeight - ROW; // the columns' titles stay above the rows
    if (top < port.scrollTop + ROW) port.scrollTop = top - ROW;
    else if (top > port.scrollTop + room - 2 * ROW) port.scrollTop = top - room + 2 * ROW;
    fill();
  };
}

// The model whose index counts: a linked player's, so that both views always agree, or the view's own.
async function indexOwner(model) {
  const reference = model.get("_link");
  return reference ? model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")) : model;
}

async function render({ model, el }) {
  const trace = model.get("_trace");
  const owner = await indexOwner(model);
  const label = `Trace of ${trace.name}`;
  const root = make("div", "tnb-widget tnb-trace-view", el, { role: "group", "aria-label": label, tabindex: 0 });
  const bar = make("div", "tnb-header", root);
  const title = make("div", "tnb-title", bar);
  make("strong", "", title).textContent = trace.name;
  make("span", "tnb-muted", title).textContent = " as a chain of thought";
  const counter = make("div", "tnb-counter", bar, { "data-role": "counter" });
  const tape = make("div", "tnb-initial", root);
  make("span", "tnb-muted", tape).textContent = "Tape at first";
  for (const [place, values] of grouped(trace.initial)) {
    const cells = make("span", "", tape);
    make("span", "tnb-muted", cells).textContent = `${place} = `;
    make("b", "", cells).textContent = values;
  }

  const choose = (index) => {
    if (owner !== model) owner.set("playing", false);
    owner.set("index", Math.max(0, Math.min(index, trace.states.length)));
    owner.save_changes();
  };
  const update = rows(root, trace.states, choose);
  const detail = make("div", "tnb-detail", root, { "data-role": "detail" });
  const answer = make("div", "tnb-answer", root, { "data-role": "answer" });
  make("span", "tnb-muted", answer).textContent = "Final answer ";
  make("strong", "", answer).textContent = trace.answer;
  const live = make("div", "tnb-live", root, { role: "status" });
  keys(root, (steps) => choose(owner.get("index") + steps));

  const draw = () => {
    const index = Math.min(owner.get("index"), trace.states.length);
    const count = trace.states.length.toLocaleString("en");
    const done = index === trace.states.length;
    root.dataset.index = index;
    root.classList.toggle("tnb-done", done);
    counter.textContent = done ? `After ${count} states` : `State ${index.toLocaleString("en")} of ${count}`;
    live.setAttribute("aria-live", owner === model ? "polite" : "off"); // the player speaks for both
    const said = done ? [] : words(trace.states[index]);
    live.textContent = done ? `Final answer ${trace.answer}` : said.map(([, text]) => text).join("; ");
    detail.replaceChildren();
    for (const [part, text] of said) {
      const box = make("span", `tnb-part tnb-${part}`, detail);
      make("span", "", box).textContent = text;
    }
    update(index);
  };
  owner.on("change:index", draw);
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  draw();
  return () => {
    resized.disconnect();
    owner.off("change:index", draw);
  };
}

export default { render };

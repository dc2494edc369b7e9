// The program's source: the lines that the current state ran are marked by what they do to the tape.

const MARKED = { state: "label", read: "reads", do: "operation", write: "writes", goto: "goto", call: "call", answer: "answer" };

function program(view) {
  const { lines, marks, of } = view.model.get("_source");
  const panel = make("div", "tnb-panel tnb-program", view.panels);
  const port = make("div", "tnb-port", panel, { "data-role": "program" });
  const rows = new Map();
  let before;
  let block = 0; // each function is one
  for (const [number, words] of lines) {
    if (before !== undefined && number > before + 1) {
      make("div", "tnb-gap", port);
      block += 1;
    }
    before = number;
    const row = make("div", "tnb-source", port, { "data-source": number });
    row.block = block;
    make("span", "tnb-number", row).textContent = number;
    row.shapes = make("span", "tnb-shapes", row);
    const code = make("code", "", row);
    for (const [kind, text] of words) make("span", kind && `tnb-${kind}`, code).textContent = text;
    rows.set(number, row);
  }
  scrolling(port, "Program");
  let active = [];
  return {
    update(index) {
      for (const row of active) {
        row.classList.remove("tnb-at");
        row.shapes.replaceChildren();
      }
      const now = marks[of[index]].filter(([, number]) => rows.has(number));
      active = now.map(([, number]) => rows.get(number));
      for (const [what, number] of now) {
        const row = rows.get(number);
        row.classList.add("tnb-at");
        const kind = MARKED[what];
        if (!row.shapes.querySelector(`.tnb-${kind}`)) make("i", `tnb-shape tnb-${kind}`, row.shapes, { title: what, role: "img", "aria-label": what });
      }
      const [, core] = now.find(([what]) => what === "do") ?? now[0] ?? [];
      scrollTo(port, active.filter((row) => row.block === rows.get(core)?.block));
    },
  };
}

// Moves a scroll port, and it alone, so that all the rows are in sight, or at least the first of them.
function scrollTo(port, rows) {
  if (!rows.length) return;
  const tops = rows.map((row) => row.offsetTop);
  const [top, bottom] = [Math.min(...tops) - 26, Math.max(...tops) + 46];
  const { scrollTop, clientHeight } = port;
  if (top < scrollTop || bottom > scrollTop + clientHeight)
    port.scrollTop = bottom - top > clientHeight ? top : (top + bottom - clientHeight) / 2;
}

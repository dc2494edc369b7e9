// A machine as a table that a person edits: a row for each rule, and the parts that are no rules.

const COLUMNS = ["state", "reads", "writes", "move", "next"];
const FIELDS = [
  ["start", "Start state", ""],
  ["blank", "Blank", ""],
  ["final", "Final states", "none"],
  ["input", "Input symbols", "all but blank"],
];
const MOVE = 3; // the column of the move
const NEW = ["", "", "", "R", ""];

function fields(parent, changed) {
  const bar = make("div", "tnb-fields", parent);
  const boxes = FIELDS.map(([name, title, placeholder]) => {
    const label = make("label", "", bar);
    make("span", "tnb-muted", label).textContent = title;
    const box = make("input", "", label, { "data-field": name, placeholder, spellcheck: "false", autocomplete: "off" });
    box.addEventListener("input", changed);
    return [name, box];
  });
  return new Map(boxes);
}

function grid(parent, changed) {
  const frame = make("div", "tnb-grid", parent, { hidden: "" });
  const boxes = fields(frame, () => changed());
  const table = make("table", "", make("div", "tnb-scroll", frame));
  const head = make("tr", "", make("thead", "", table));
  for (const name of COLUMNS) make("th", "", head, { scope: "col" }).textContent = name;
  make("span", "tnb-live", make("th", "", head, { scope: "col" })).textContent = "remove";
  const body = make("tbody", "", table);
  const more = make("button", "tnb-choice", frame, { type: "button", "data-action": "add-rule" });
  more.textContent = "Add a rule";
  const rows = () => [...body.rows];
  const inputs = (row) => [...row.querySelectorAll("input, select")];

  const add = (texts, behind) => {
    const row = make("tr", "", null);
    texts.forEach((text, column) => {
      const place = make("td", "", row);
      const box = make(column === MOVE ? "select" : "input", "", place, { spellcheck: "false", autocomplete: "off" });
      if (column === MOVE) for (const move of ["L", "R", "S"]) box.append(new Option(move, move));
      box.value = text;
      box.addEventListener("input", () => changed());
    });
    const remove = make("button", "tnb-choice", make("td", "", row), { type: "button", "data-action": "remove-rule" });
    remove.textContent = "✕";
    remove.addEventListener("click", () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next ? inputs(next)[0] : more).focus();
      renumber();
      changed();
    });
    behind ? behind.after(row) : body.append(row);
    return row;
  };
  const renumber = () =>
    rows().forEach((row, number) => {
      inputs(row).forEach((box, column) => box.setAttribute("aria-label", `Rule ${number + 1}, ${COLUMNS[column]}`));
      row.querySelector("button").setAttribute("aria-label", `Remove rule ${number + 1}`);
    });
  const insert = (behind) => {
    const row = add(NEW, behind);
    renumber();
    inputs(row)[0].focus();
  };
  more.addEventListener("click", () => insert());
  // Up and down go from rule to rule; Enter goes down, and makes a new rule below the last one.
  body.addEventListener("keydown", (event) => {
    const ways = { ArrowUp: -1, ArrowDown: 1, Enter: 1 };
    const way = ways[event.key];
    if (!way || !event.target.matches("input")) return;
    const row = event.target.closest("tr");
    const next = way > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next) inputs(next)[inputs(row).indexOf(event.target)].focus();
    else if (event.key === "Enter") insert(row);
    event.preventDefault();
  });
  return {
    frame,
    get() {
      const named = Object.fromEntries([...boxes].map(([name, box]) => [name, box.value]));
      return { ...named, rows: rows().map((row) => inputs(row).map((box) => box.value)) };
    },
    set(source) {
      for (const [name, box] of boxes) if (box.value !== source[name]) box.value = source[name];
      if (JSON.stringify(this.get().rows) === JSON.stringify(source.rows)) return;
      body.replaceChildren();
      for (const row of source.rows) add(row);
      renumber();
    },
    mark({ row, field }) {
      rows().forEach((one, number) => {
        one.classList.toggle("tnb-wrong", number === row);
        for (const box of inputs(one)) box.setAttribute("aria-invalid", number === row);
      });
      for (const [name, box] of boxes) box.setAttribute("aria-invalid", name === field);
    },
    visit({ row, field }) {
      (boxes.get(field) ?? inputs(rows()[row] ?? body)[0])?.focus();
    },
    lock(locked) {
      for (const box of frame.querySelectorAll("input, select, button")) box.disabled = locked;
    },
  };
}

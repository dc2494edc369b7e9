// The machine's rules: the last and the next one in words, and all of them as a table.

const MOVES = { L: "left", R: "right", S: "stay" };
const OPEN = 60; // a longer table starts folded

function spell(run, rule) {
  const [state, read, write, move, next] = rule;
  const goto = next === state ? `stay in ${run.states[next]}` : `go to ${run.states[next]}`;
  const still = move === "S" ? "do not move" : `move ${MOVES[move]}`;
  return `in ${run.states[state]}, reading ${run.symbols[read]}: write ${run.symbols[write]}, ${still}, ${goto}`;
}

function ruleLines({ root, run, tape }) {
  const list = make("div", "tnb-rules", root);
  const line = (name, role) => {
    make("span", "tnb-muted", list).textContent = name;
    return make("span", "", list, { "data-role": role });
  };
  const last = line("Last rule", "last-rule");
  const next = line("Next rule", "next-rule");
  const none = run.outcome === "step_limit" ? "not played: the step limit" : "none";
  return () => {
    last.textContent = tape.index ? spell(run, tape.rule(tape.index - 1)) : "none yet";
    next.textContent = tape.ended ? none : spell(run, tape.rule(tape.index));
  };
}

// The table is made when it is first open: the rows of a large one take long.
function transitionTable(view) {
  const { run } = view;
  const details = make("details", "tnb-table", view.side);
  const count = run.rules.length;
  make("summary", "", details).textContent = `Transition function (${count.toLocaleString("en")} rule${count === 1 ? "" : "s"})`;
  const scroller = make("div", "tnb-scroll", details);
  let mark;
  const update = () => {
    if (!details.open) return;
    mark ??= ruleTable(view, scroller);
    mark();
  };
  details.open = count <= OPEN;
  details.addEventListener("toggle", update);
  return update;
}

// All rules, a row for each state; a function that marks the state and the rule that come next.
function ruleTable({ run, tape }, scroller) {
  const table = make("table", "", scroller);
  const head = make("tr", "", make("thead", "", table));
  make("th", "tnb-corner", head, { scope: "col" }).textContent = "state \\ reads";
  for (const symbol of run.symbols) make("th", "", head, { scope: "col" }).textContent = symbol;
  const body = make("tbody", "", table);
  const rows = new Map();
  const boxes = new Map();
  const row = (state) => {
    const line = make("tr", "", body);
    make("th", "", line, { scope: "row", title: run.states[state] }).textContent = run.states[state];
    rows.set(state, line);
    run.symbols.forEach((_, symbol) => boxes.set(`${state} ${symbol}`, make("td", "", line)));
  };
  for (const [state, read, write, move, next] of run.rules) {
    if (!rows.has(state)) row(state);
    const box = boxes.get(`${state} ${read}`);
    make("b", "", box).textContent = run.symbols[write];
    make("span", "tnb-move", box).textContent = move;
    make("span", "", box).textContent = run.states[next];
  }
  for (const box of boxes.values()) if (!box.childElementCount) box.textContent = "–";
  let here;
  let active;
  return () => {
    active?.removeAttribute("aria-current");
    here?.classList.remove("tnb-current");
    here = rows.get(tape.state);
    here?.classList.add("tnb-current");
    active = boxes.get(`${tape.state} ${tape.at(tape.head)}`);
    active?.setAttribute("aria-current", "step");
    if (active) reveal(scroller, active, active.parentElement.firstChild.offsetWidth);
  };
}

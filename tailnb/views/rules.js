// The machine's rules: the last and the next one in words, and all of them as a table.

const MOVES = { L: "left", R: "right", S: "stay" };
const OPEN = 60; // a longer table starts folded
const PAGE = 200; // states that it shows at once

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

// The table is made when it is first open, and a part at a time: the rows of a large one take long.
function transitionTable(view) {
  const { run } = view;
  const details = make("details", "tnb-table", view.side);
  const count = run.rules.length;
  make("summary", "", details).textContent = `Transition function (${count.toLocaleString("en")} rule${count === 1 ? "" : "s"})`;
  let mark;
  const update = () => {
    if (!details.open) return;
    mark ??= ruleTable(view, details);
    mark();
  };
  details.open = count <= OPEN;
  details.addEventListener("toggle", update);
  return update;
}

// The states in the order of their first rules, each with the rules that leave it.
function rulesByState(run) {
  const found = new Map();
  for (const rule of run.rules) {
    if (!found.has(rule[0])) found.set(rule[0], []);
    found.get(rule[0]).push(rule);
  }
  return [...found];
}

// A row for each state, so many at once; a function that shows and marks the state and the rule that come next.
function ruleTable({ run, tape }, details) {
  const states = rulesByState(run);
  const places = new Map(states.map(([state], place) => [state, place]));
  const turn = pages(details, states.length, (from, to) => fill(from, to));
  const scroller = make("div", "tnb-scroll", details);
  const table = make("table", "", scroller);
  scrolling(scroller, "Transition function", table);
  const head = make("tr", "", make("thead", "", table));
  make("th", "tnb-corner", head, { scope: "col" }).textContent = "state \\ reads";
  for (const symbol of run.symbols) make("th", "", head, { scope: "col" }).textContent = symbol;
  const body = make("tbody", "", table);
  const rows = new Map();
  const fill = (from, to) => {
    rows.clear();
    body.replaceChildren();
    for (const [state, rules] of states.slice(from, to)) rows.set(state, ruleRow(run, body, state, rules));
  };
  let here;
  let active;
  return () => {
    active?.removeAttribute("aria-current");
    here?.classList.remove("tnb-current");
    turn(places.get(tape.state));
    here = rows.get(tape.state);
    here?.classList.add("tnb-current");
    active = here?.cells[1 + tape.at(tape.head)];
    active?.setAttribute("aria-current", "step");
    if (active) reveal(scroller, active, here.firstChild.offsetWidth);
  };
}

function ruleRow(run, body, state, rules) {
  const row = make("tr", "", body);
  make("th", "", row, { scope: "row", title: run.states[state] }).textContent = run.states[state];
  const boxes = run.symbols.map(() => make("td", "", row));
  for (const [, read, write, move, next] of rules) {
    make("b", "", boxes[read]).textContent = run.symbols[write];
    make("span", "tnb-move", boxes[read]).textContent = move;
    make("span", "", boxes[read]).textContent = run.states[next];
  }
  for (const box of boxes) if (!box.childElementCount) box.textContent = "–";
  return row;
}

// Turns to the page of a place in a long table; `fill` is told what to show. A page that a person turned to stays until
// the place changes.
function pages(parent, count, fill) {
  const last = Math.max(0, Math.ceil(count / PAGE) - 1);
  const tell = last ? pageButtons(parent, last, count, (step) => show(page + step, "polite")) : () => {};
  let page;
  let before;
  const show = (wanted, live) => {
    page = Math.max(0, Math.min(wanted, last));
    fill(page * PAGE, (page + 1) * PAGE);
    tell(page, live);
  };
  return (place) => {
    const wanted = place === undefined || (page !== undefined && place === before) ? page ?? 0 : Math.floor(place / PAGE);
    before = place;
    if (wanted !== page) show(wanted, "off");
  };
}

function pageButtons(parent, last, count, turn) {
  const bar = make("div", "tnb-bar", parent);
  const words = make("span", "tnb-muted", bar);
  const button = (name, step) => {
    const made = make("button", "tnb-choice", bar, { type: "button", "aria-label": `${name} states` });
    made.textContent = name;
    made.addEventListener("click", () => turn(step));
    return made;
  };
  const [back, on] = [button("Previous", -1), button("Next", 1)];
  return (page, live) => {
    words.setAttribute("aria-live", live); // turned by hand it is said, by playing it is not
    const [from, to] = [page * PAGE + 1, Math.min(count, (page + 1) * PAGE)];
    words.textContent = `States ${from.toLocaleString("en")} to ${to.toLocaleString("en")} of ${count.toLocaleString("en")}`;
    back.setAttribute("aria-disabled", page === 0);
    on.setAttribute("aria-disabled", page === last);
  };
}

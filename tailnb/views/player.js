// The tape player: one run of a Turing machine, step by step.
// The kernel sends the rules and which one each step takes; the tape at any step is worked out here.

const OUTCOMES = { running: "Running", halted: "Halted", no_rule: "Halted: no rule", step_limit: "Step limit" };
const MOVES = { L: "left", R: "right", S: "stay" };
const SHIFT = { L: -1, R: 1, S: 0 };
// A rule is [state, read, write, move, next], numbers into `states` and `symbols`. It says what it
// overwrites, so a step can be undone without a record of the tape.
class Tape {
  constructor(run) {
    this.run = run;
    this.cells = new Map(run.word.map((symbol, address) => [address, symbol]));
    this.index = 0;
    this.head = 0;
    this.state = run.initial;
    this.low = 0;
    this.high = Math.max(run.word.length - 1, 0);
    let head = 0;
    for (const number of run.path) {
      head += SHIFT[run.rules[number][3]];
      this.low = Math.min(this.low, head);
      this.high = Math.max(this.high, head);
    }
  }
  at(address) {
    return this.cells.get(address) ?? 0;
  }
  rule(index) {
    return this.run.rules[this.run.path[index]];
  }
  seek(index) {
    while (this.index < index) this.forward();
    while (this.index > index) this.back();
  }
  forward() {
    const [, , write, move, next] = this.rule(this.index++);
    this.cells.set(this.head, write);
    this.written = this.head;
    this.head += SHIFT[move];
    this.state = next;
  }
  back() {
    const [state, read, , move] = this.rule(--this.index);
    this.head -= SHIFT[move];
    this.cells.set(this.head, read);
    this.state = state;
    this.written = this.index ? this.head - SHIFT[this.rule(this.index - 1)[3]] : undefined;
  }
}

function describe(tape) {
  const { run } = tape;
  const place = `state ${run.states[tape.state]} reads ${run.symbols[tape.at(tape.head)]} at cell ${tape.head}`;
  const end = tape.index === run.path.length ? `. ${OUTCOMES[run.outcome]}: ${run.reason}` : "";
  return `Step ${tape.index} of ${run.path.length}: ${place}${end}`;
}

function header(root, run) {
  const bar = make("div", "tnb-header", root);
  const title = make("div", "tnb-title", bar);
  make("strong", "", title).textContent = run.name || "Turing machine";
  const word = make("span", "tnb-muted", title);
  word.textContent = run.word.length ? ` on ${run.text}` : " on the empty word";
  const counter = make("div", "tnb-counter", bar, { "data-role": "counter" });
  return (tape) => {
    counter.textContent = `Step ${tape.index.toLocaleString("en")} of ${run.path.length.toLocaleString("en")}`;
  };
}

function strip(root, run) {
  const longest = Math.max(...run.symbols.map((symbol) => symbol.length));
  const width = Math.min(44 + 9 * Math.max(0, longest - 2), 120);
  const port = make("div", "tnb-tape", root, { "data-role": "tape", "aria-hidden": "true" });
  port.style.setProperty("--tnb-cell", `${width}px`);
  const track = make("div", "tnb-track", port);
  const marker = make("div", "tnb-head", track);
  const pill = make("div", "tnb-pill", marker, { "data-role": "state" });
  make("div", "tnb-pointer", marker);
  const cells = new Map();
  let first;
  let shown;

  const camera = (tape, count) => {
    const span = tape.high - tape.low + 1;
    if (span + 2 <= count) return tape.low - (count - span) / 2;
    const centred = tape.head - (count - 1) / 2;
    if (first === undefined || tape.head < first - 1 || tape.head > first + count) return centred;
    const margin = Math.min(3, (count - 1) / 2);
    return Math.max(Math.min(first, tape.head - margin), tape.head + margin + 1 - count);
  };
  const cell = (address) => {
    if (!cells.has(address)) {
      const box = make("div", "tnb-cell", track, { "data-address": address });
      box.style.left = `${address * width}px`;
      box.symbol = make("div", "tnb-symbol", box);
      make("div", "tnb-address", box).textContent = address;
      cells.set(address, box);
    }
    return cells.get(address);
  };
  return (tape) => {
    const count = Math.max(3, port.clientWidth / width);
    const before = first;
    first = camera(tape, count);
    const far = before === undefined || Math.abs(first - before) > 3 || Math.abs(tape.index - shown) > 10;
    port.classList.toggle("tnb-jump", far);
    shown = tape.index;
    for (const [address, box] of cells) {
      if (address >= first - 4 && address <= first + count + 3) continue;
      box.remove();
      cells.delete(address);
    }
    for (let address = Math.floor(first) - 3; address <= first + count + 2; address++) {
      const box = cell(address);
      const symbol = tape.at(address);
      box.symbol.textContent = run.symbols[symbol];
      box.symbol.title = longest > 6 ? run.symbols[symbol] : "";
      box.classList.toggle("tnb-blank", symbol === 0);
      box.classList.toggle("tnb-under-head", address === tape.head);
      box.classList.toggle("tnb-written", address === tape.written);
    }
    pill.textContent = run.states[tape.state];
    marker.dataset.head = tape.head;
    marker.style.transform = `translateX(${tape.head * width}px)`;
    track.style.transform = `translateX(${-first * width}px)`;
  };
}

function status(root, run) {
  const line = make("div", "tnb-status", root, { "data-role": "status" });
  const badge = make("span", "tnb-badge", line);
  const text = make("span", "", line);
  return (tape) => {
    const outcome = tape.index === run.path.length ? run.outcome : "running";
    root.dataset.outcome = outcome;
    badge.replaceChildren(icon(outcome), OUTCOMES[outcome]);
    const place = `in state ${run.states[tape.state]}, reading ${run.symbols[tape.at(tape.head)]} at cell ${tape.head}`;
    text.textContent = outcome === "running" ? place : run.reason;
  };
}

function spell(run, rule) {
  const [state, read, write, move, next] = rule;
  const goto = next === state ? `stay in ${run.states[next]}` : `go to ${run.states[next]}`;
  const still = move === "S" ? "do not move" : `move ${MOVES[move]}`;
  return `in ${run.states[state]}, reading ${run.symbols[read]}: write ${run.symbols[write]}, ${still}, ${goto}`;
}

function ruleLines(root, run) {
  const list = make("div", "tnb-rules", root);
  const line = (name, role) => {
    make("span", "tnb-muted", list).textContent = name;
    return make("span", "", list, { "data-role": role });
  };
  const last = line("Last rule", "last-rule");
  const next = line("Next rule", "next-rule");
  return (tape) => {
    const none = run.outcome === "step_limit" ? "not played: the step limit" : "none";
    last.textContent = tape.index ? spell(run, tape.rule(tape.index - 1)) : "none yet";
    next.textContent = tape.index < run.path.length ? spell(run, tape.rule(tape.index)) : none;
  };
}

function transitionTable(root, run) {
  const details = make("details", "tnb-table", root);
  details.open = run.rules.length <= 60;
  make("summary", "", details).textContent = `Transition function (${run.rules.length} rules)`;
  const scroller = make("div", "tnb-scroll", details);
  const table = make("table", "", scroller);
  const head = make("tr", "", make("thead", "", table));
  make("th", "tnb-corner", head, { scope: "col" }).textContent = "state \\ reads";
  for (const symbol of run.symbols) make("th", "", head, { scope: "col" }).textContent = symbol;
  const body = make("tbody", "", table);
  const rows = new Map();
  const boxes = new Map();
  const row = (state) => {
    const line = make("tr", "", body);
    make("th", "", line, { scope: "row" }).textContent = run.states[state];
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
  let active;
  return (tape) => {
    active?.removeAttribute("aria-current");
    for (const [state, line] of rows) line.classList.toggle("tnb-current", state === tape.state);
    active = boxes.get(`${tape.state} ${tape.at(tape.head)}`);
    active?.setAttribute("aria-current", "step");
    if (active && scroller.scrollHeight > scroller.clientHeight)
      scroller.scrollTop = active.parentElement.offsetTop - scroller.clientHeight / 2;
  };
}

function render({ model, el }) {
  const run = model.get("_run");
  const tape = new Tape(run);
  const label = `Tape player: ${run.name || "Turing machine"}`;
  const root = make("div", "tnb-widget tnb-player", el, { role: "group", "aria-label": label, tabindex: 0 });
  const parts = [header, strip, status, ruleLines].map((part) => part(root, run));
  parts.push(controls(root, model, "step", describe), transitionTable(root, run));
  const live = make("div", "tnb-live", root, { role: "status" });
  keys(root, (steps) => go(model, model.get("index") + steps), () => toggle(model));
  const draw = () => {
    tape.seek(model.get("index"));
    root.dataset.index = tape.index;
    live.setAttribute("aria-live", model.get("playing") ? "off" : "polite");
    parts.forEach((part) => part(tape));
    live.textContent = describe(tape);
  };
  model.on("change:index change:playing change:speed", draw);
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  draw();
  return () => {
    resized.disconnect();
    model.off("change:index change:playing change:speed", draw);
  };
}

export default { initialize, render };

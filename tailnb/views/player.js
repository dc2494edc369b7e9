// The tape player: one run of a Turing machine, step by step, forwards and backwards.

const OUTCOMES = { ready: "Ready", running: "Running", paused: "Paused", halted: "Halted", no_rule: "Halted: no rule", step_limit: "Step limit", stop: "Breakpoint" };
const LONGEST = 200; // symbols of a word that the heading spells out
const CHANGES = ["index", "playing", "speed", "_breakpoints", "_diagram"].map((name) => `change:${name}`).join(" ");

function place({ run, tape }) {
  return `state ${run.states[tape.state]} reads ${run.symbols[tape.at(tape.head)]} at cell ${tape.head}`;
}

function describe(view) {
  const { run, tape } = view;
  const [how] = OUTCOMES[run.outcome].split(":"); // the reason says the rest
  const end = tape.ended ? `. ${how}: ${run.reason}` : view.stopped() ? ". Breakpoint" : "";
  return `Step ${tape.index} of ${run.steps}: ${place(view)}${end}`;
}

// What is said to those who do not see it: the step, what the last rule did, and the cells around the head.
function speech(view) {
  const { run, tape } = view;
  const near = Array.from({ length: 11 }, (_, at) => tape.at(tape.head - 5 + at)).map((symbol) => run.symbols[symbol]);
  const cells = `${near.slice(0, 5).join(" ")}, head on ${near[5]}, ${near.slice(6).join(" ")}`;
  return `${describe(view)}. Tape around the head: ${cells}`;
}

// What a run does that has not come to its end.
function going({ model, tape }) {
  return model.get("playing") ? "running" : tape.index ? "paused" : "ready";
}

function header({ root, run, tape }) {
  const bar = make("div", "tnb-header", root);
  const title = make("div", "tnb-title", bar);
  make("strong", "", title).textContent = run.name || "Turing machine";
  const word = run.word.slice(0, LONGEST).map((symbol) => run.symbols[symbol]).join("");
  make("span", "tnb-muted", title).textContent = run.word.length ? ` on ${word}` : " on the empty word";
  const counter = make("div", "tnb-counter", bar, { "data-role": "counter" });
  return () => {
    counter.textContent = `Step ${tape.index.toLocaleString("en")} of ${run.steps.toLocaleString("en")}`;
  };
}

function status(view) {
  const { root, run, tape } = view;
  const line = make("div", "tnb-status", root, { "data-role": "status" });
  const badge = make("span", "tnb-badge", line);
  const text = make("span", "", line);
  return () => {
    const outcome = tape.ended ? run.outcome : view.stopped() ? "stop" : "running";
    root.dataset.outcome = outcome;
    const how = outcome === "running" ? going(view) : outcome;
    badge.replaceChildren(icon(how), OUTCOMES[how]);
    text.textContent = tape.ended ? run.reason : place(view);
  };
}

// One run, drawn into `root`; a function that draws where the model is now.
function show(model, root) {
  const run = model.get("_run");
  const view = { model, root, run, tape: new Tape(run, courseOf(run).path) };
  view.points = () => model.get("_breakpoints");
  view.stopped = () => !model.get("playing") && isStop(run, view.points(), view.tape.index);
  root.setAttribute("aria-label", `Tape player: ${run.name || "Turing machine"}`);
  const parts = [header, strip, status].map((part) => part(view));
  const bar = controls(root, model, "step", describe);
  parts.push(() => bar(view), ruleLines(view), breakpoints(view));
  view.side = make("div", "tnb-machine", root);
  parts.push(diagram(view), transitionTable(view));
  const live = make("div", "tnb-live", root, { role: "status" });
  return () => {
    view.tape.seek(Math.min(model.get("index"), run.steps));
    view.index = root.dataset.index = view.tape.index;
    live.setAttribute("aria-live", model.get("playing") ? "off" : "polite");
    parts.forEach((part) => part());
    say(live, speech(view));
  };
}

function render({ model, el }) {
  const root = make("div", "tnb-widget tnb-player", el, { role: "group", tabindex: 0 });
  let draw = show(model, root);
  const update = () => draw();
  const renew = () => {
    root.replaceChildren();
    draw = show(model, root);
    draw();
  };
  keys(root, (steps) => go(model, model.get("index") + steps), () => toggle(model));
  model.on("change:_run", renew);
  model.on(CHANGES, update);
  const resized = new ResizeObserver(update);
  resized.observe(root);
  draw();
  return () => {
    resized.disconnect();
    model.off("change:_run", renew);
    model.off(CHANGES, update);
  };
}

// Playing stops at the first breakpoint on its way.
function stopOf(model) {
  return (from, to) => nextStop(model.get("_run"), model.get("_breakpoints"), from, to);
}

export default { initialize: ({ model }) => initialize({ model }, stopOf(model)), render };

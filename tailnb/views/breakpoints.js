// Breakpoints: playing stops in a state, at a symbol or at a cell, or where several of them meet.

function wordsOf(run, [state, symbol, cell]) {
  const parts = [
    state !== null && `state ${run.states[state]}`,
    symbol !== null && `reading ${run.symbols[symbol]}`,
    cell !== null && `cell ${cell}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function choice(form, label, any, names) {
  const select = make("select", "", form, { "aria-label": label });
  select.append(new Option(any, ""));
  names.forEach((name, code) => select.append(new Option(name, code)));
  return select;
}

function breakpoints(view) {
  const { root, run, model } = view;
  const panel = make("details", "tnb-breaks", root, { "data-role": "breakpoints" });
  const summary = make("summary", "", panel);
  const form = make("form", "tnb-bar", panel);
  make("span", "", form).textContent = "Stop in";
  const state = choice(form, "State", "any state", run.states);
  const symbol = choice(form, "Symbol read", "reading any symbol", run.symbols);
  const cell = make("input", "", form, { type: "number", step: 1, placeholder: "any cell", "aria-label": "Cell" });
  const button = (name, words, act, parent = form) => {
    const made = make("button", "tnb-choice", parent, { type: name === "add" ? "submit" : "button", "data-action": name });
    made.textContent = words;
    if (act) made.addEventListener("click", act);
    return made;
  };
  const set = (points) => {
    model.set("_breakpoints", points);
    model.save_changes();
  };
  const jump = (to) => {
    const stop = nextStop(run, view.points(), view.tape.index, to);
    if (stop !== undefined) go(model, stop);
  };
  button("add", "Add");
  const travel = [
    button("previous-stop", "Previous stop", () => jump(0)),
    button("next-stop", "Next stop", () => jump(run.steps)),
  ];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const point = [state, symbol, cell].map((field) => (field.value === "" ? null : Number(field.value)));
    if (point.every((one) => one === null)) return state.focus();
    set([...view.points(), point]);
    form.reset();
  });
  const list = make("ul", "tnb-chips", panel);
  let shown;
  return () => {
    const points = view.points();
    for (const [way, one] of travel.entries()) {
      const to = way ? run.steps : 0;
      one.setAttribute("aria-disabled", nextStop(run, points, view.tape.index, to) === undefined);
    }
    if (shown === points) return;
    shown = points;
    summary.textContent = `Breakpoints${points.length ? `: ${points.map((one) => wordsOf(run, one)).join("; ")}` : ""}`;
    list.replaceChildren();
    for (const [number, point] of points.entries()) {
      const item = make("li", "", list);
      make("span", "", item).textContent = wordsOf(run, point);
      const remove = button("remove", "✕", () => (set(view.points().filter((_, place) => place !== number)), summary.focus()), item);
      remove.setAttribute("aria-label", `Remove the breakpoint: ${wordsOf(run, point)}`);
    }
  };
}

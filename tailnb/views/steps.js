// Shared by the widgets that step: icons, the timer that plays, and the row of controls.

const ICONS = {
  first: "M5 5h2.4v14H5zM19 5v14L8.6 12z",
  back: "M16.5 5v14L6.5 12z",
  play: "M7.5 4.5v15l12-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  again: "M12 5a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 12 7v3L7 6l5-4z",
  forward: "M7.5 5v14l10-7z",
  last: "M16.6 5H19v14h-2.4zM5 5v14l10.4-7z",
  ready: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
  running: "M7.5 4.5v15l12-7.5z",
  paused: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
  halted: "M9.6 18.6 3.5 12.5l2.1-2.1 4 4L18.4 5.6l2.1 2.1z",
  no_rule: "M10.6 4h2.8v10h-2.8zM10.6 16.5h2.8v3h-2.8z",
  step_limit: "M6 5h4v14H6zM14 5h4v14h-4z",
  stop: "M8.2 4h7.6L20 8.2v7.6L15.8 20H8.2L4 15.8V8.2z",
};
const SPEEDS = [1, 2, 4, 8, 16, 50, 200, 1000, 10000];
const FRAME = 40; // milliseconds between redraws at most; faster speeds take several steps a redraw

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Moves by hand: goes there, and pauses, in one message.
function go(model, index) {
  model.set("playing", false);
  model.set("index", Math.max(0, Math.min(index, model.get("_last"))));
  model.save_changes();
}

function toggle(model) {
  const playing = !model.get("playing");
  if (playing && model.get("index") >= model.get("_last")) model.set("index", 0);
  model.set("playing", playing);
  model.save_changes();
}

// One timer per model, however many views show it. `stop` gives the first step to stop at between two, if any.
function initialize({ model }, stop = () => undefined) {
  let timer;
  const tick = () => {
    const pause = Math.max(1000 / model.get("speed"), FRAME);
    timer = setTimeout(() => {
      const steps = Math.max(1, Math.round((pause * model.get("speed")) / 1000));
      const wanted = Math.min(model.get("index") + steps, model.get("_last"));
      const stopped = stop(model.get("index"), wanted);
      model.set("index", stopped ?? wanted);
      if (stopped !== undefined || wanted >= model.get("_last")) model.set("playing", false);
      model.save_changes();
      if (model.get("playing")) tick();
    }, pause);
  };
  const update = () => {
    clearTimeout(timer);
    if (model.get("playing")) tick();
  };
  model.on("change:playing change:speed", update);
  update();
  return () => {
    clearTimeout(timer);
    model.off("change:playing change:speed", update);
  };
}

// The row of controls; `noun` is what one step is called, `describe` puts a place into words.
function controls(root, model, noun, describe) {
  const bar = make("div", "tnb-controls", root);
  const button = (name, label, keys, act) => {
    const made = make("button", "tnb-button", bar, { type: "button", "data-action": name, title: `${label} (${keys})` });
    made.setAttribute("aria-label", label);
    made.append(icon(name));
    made.addEventListener("click", act);
    return made;
  };
  const index = () => model.get("index");
  const first = button("first", `First ${noun}`, "Home", () => go(model, 0));
  const back = button("back", `One ${noun} back`, "←", () => go(model, index() - 1));
  const play = button("play", "Play", "Space", () => toggle(model));
  const forward = button("forward", `One ${noun} forward`, "→", () => go(model, index() + 1));
  const last = button("last", `Last ${noun}`, "End", () => go(model, model.get("_last")));
  play.classList.add("tnb-primary");
  const name = noun[0].toUpperCase() + noun.slice(1);
  const slider = make("input", "tnb-slider", bar, { type: "range", min: 0, max: model.get("_last"), "aria-label": name });
  slider.addEventListener("input", () => go(model, Number(slider.value)));
  const jump = make("label", "tnb-speed", bar);
  jump.append("Go to");
  const target = make("input", "", jump, { type: "number", min: 0, max: model.get("_last"), "aria-label": `Go to ${noun}`, "data-role": "jump" });
  target.addEventListener("change", () => target.value !== "" && go(model, Math.round(Number(target.value))));
  const label = make("label", "tnb-speed", bar);
  label.append("Speed");
  const speed = make("select", "", label, { "data-role": "speed" });
  for (const one of SPEEDS) speed.append(new Option(`${one.toLocaleString("en")} ${one === 1 ? noun : `${noun}s`}/s`, one));
  speed.addEventListener("change", () => {
    model.set("speed", Number(speed.value));
    model.save_changes();
  });
  return (place) => {
    const playing = model.get("playing");
    const end = place.index === model.get("_last");
    slider.value = place.index;
    if (!target.matches(":focus")) target.value = place.index;
    slider.style.setProperty("--tnb-done", `${(100 * place.index) / Math.max(1, model.get("_last"))}%`);
    slider.setAttribute("aria-valuetext", describe(place));
    // aria-disabled keeps the focus, and so the keys, on a button that has nothing left to do.
    for (const one of [first, back]) one.setAttribute("aria-disabled", place.index === 0);
    for (const one of [forward, last]) one.setAttribute("aria-disabled", end);
    play.replaceChildren(icon(playing ? "pause" : end ? "again" : "play"));
    const doing = playing ? "Pause" : end ? `Play again from the first ${noun}` : "Play";
    play.setAttribute("aria-label", doing);
    play.title = `${doing} (Space)`;
    if (!SPEEDS.includes(model.get("speed")) && speed.options.length === SPEEDS.length)
      speed.append(new Option(`${model.get("speed")} ${noun}s/s`, model.get("speed")));
    speed.value = model.get("speed");
  };
}

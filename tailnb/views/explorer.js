// The trace explorer: chain of thought, program and tape at one state. Texts and checks come from the kernel;
// stepping does without it.

const STYLES = { core: "Core", styled: "Styled", tape: "Tape", plain: "Plain" };
const MODULES = { "linear transition": "label", "atomic state": "operation", "memory fetcher": "reads" };
const TITLES = { "linear transition": "Linear Transition", "atomic state": "Atomic State", "memory fetcher": "Memory Fetcher" };
const CARD = [
  ["label", "linear transition", "", "this state"],
  ["reads", "memory fetcher", "", "what is fetched"],
  ["operation", "atomic state", "", "what is done"],
  ["writes", "atomic state", ": writes", "what is written"],
  ["goto", "linear transition", ": next", "the next state"],
];
const UNSAID = { tape: ["label", "operation"], plain: ["label", "reads", "goto"] }; // what a style leaves out

function heading(view) {
  const bar = make("div", "tnb-header", view.root);
  const title = make("div", "tnb-title", bar, { title: view.trace.query });
  make("strong", "", title).textContent = view.trace.title;
  make("span", "tnb-muted", title).textContent = view.trace.query ? `  ${view.trace.query}` : "";
  const counter = make("div", "tnb-counter", bar, { "data-role": "counter" });
  return {
    update(index) {
      const count = view.last.toLocaleString("en");
      counter.textContent = index < view.last ? `State ${index.toLocaleString("en")} of ${count}` : `After ${count} states`;
    },
  };
}

// The style and the modules of the text, and the box for a model's output; they need the kernel.
function toolbar(view) {
  const bar = make("div", "tnb-toolbar", view.root);
  const styles = make("div", "tnb-choices", bar, { role: "group", "aria-label": "Style of the text" });
  const modules = make("div", "tnb-choices", bar, { role: "group", "aria-label": "Core modules in the text" });
  const set = (change) => view.live && view.ask(change);
  const buttons = Object.entries(STYLES).map(([style, name]) => {
    const made = make("button", "tnb-choice tnb-needs-kernel", styles, { type: "button", "data-style": style });
    made.textContent = name;
    made.addEventListener("click", () => set({ style }));
    return [style, made];
  });
  const switches = Object.entries(MODULES).map(([module, kind]) => {
    const made = make("button", "tnb-choice tnb-switch tnb-needs-kernel", modules, { type: "button", role: "switch", "data-module": module });
    make("i", `tnb-shape tnb-${kind}`, made);
    make("span", "", made).textContent = TITLES[module];
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") === "true") return;
      const { without } = view.model.get("_text");
      set({ without: without.includes(module) ? without.filter((one) => one !== module) : [...without, module] });
    });
    return [module, made];
  });
  if (!view.linked) outputBox(view, bar);
  const note = make("div", "tnb-note tnb-muted", view.root, { role: "status", "data-role": "note" });
  view.say = (text) => (note.textContent = text);
  return {
    rewrite() {
      const { style, without } = view.model.get("_text");
      for (const [name, made] of buttons) made.setAttribute("aria-pressed", name === style);
      for (const [name, made] of switches) {
        made.setAttribute("aria-checked", style !== "plain" && !without.includes(name));
        made.setAttribute("aria-disabled", style === "plain");
      }
    },
  };
}

function said(pairs) {
  return pairs.map(([cell, value]) => `${cell}=${value}`).join(", ");
}

// A state as words, part by part; what it writes with the old value, if it is known.
function partsOf([label, reads, operation, operands, writes, goto], olds) {
  const change = ([cell, value]) => (olds?.get(cell) === undefined ? `${cell}=${value}` : `${cell}: ${olds.get(cell)} → ${value}`);
  return {
    label,
    reads: said(reads),
    operation: `${operation}${operands.length ? `(${operands.join(", ")})` : ""}`,
    writes: writes.map(change).join(", "),
    goto,
  };
}

// The current state, part by part, under the names of the modules; what the text leaves out is struck through.
function card(view) {
  const panel = make("div", "tnb-card", view.root, { "data-role": "card" });
  const boxes = CARD.map(([kind, module, more, meaning]) => {
    const box = make("div", `tnb-fact tnb-${kind}`, panel);
    const caption = make("div", "tnb-caption", box);
    make("i", `tnb-shape tnb-${kind}`, caption);
    make("span", "", caption).textContent = TITLES[module] + more;
    const left = make("span", "tnb-live", caption);
    const port = make("div", "tnb-fact-text", box);
    const text = make("div", "", port);
    scrolling(port, TITLES[module] + more, text);
    return { kind, module, meaning, box, left, text };
  });
  const answer = make("div", "tnb-answer", panel, { "data-role": "answer" });
  make("span", "", answer).textContent = "Final answer ";
  scrolling(answer, "Final answer", make("strong", "", answer)).lastChild.textContent = view.trace.answer;
  return {
    update(index) {
      panel.classList.toggle("tnb-ended", index >= view.last);
      if (index >= view.last) return;
      const { style, without } = view.model.get("_text");
      const parts = partsOf(view.trace.states[index], view.memory.overwritten(index));
      for (const { kind, module, meaning, box, left, text } of boxes) {
        const taken = module !== "atomic state" && style !== "plain" && without.includes(module);
        const unsaid = taken || (UNSAID[style] ?? []).includes(kind);
        text.textContent = parts[kind] || "–";
        left.textContent = unsaid ? "left out of this text" : "";
        box.title = unsaid ? `${meaning}: left out of this text` : meaning;
        box.classList.toggle("tnb-unsaid", unsaid);
      }
    },
  };
}

// The model whose index counts: a linked player's, so that both views always agree, or the view's own.
async function indexOwner(model) {
  const reference = model.get("_link");
  return reference ? model.widget_manager.get_model(reference.replace("IPY_MODEL_", "")) : model;
}

function describe(view) {
  if (view.index >= view.last) return `After ${view.last} states. Final answer ${view.trace.answer}`;
  const { label, reads, operation, writes, goto } = partsOf(view.trace.states[view.index]);
  const words = [label, reads && `fetched ${reads}`, operation, writes && `written ${writes}`, `next ${goto}`];
  const verdict = SAID[view.verdictOf(view.index)];
  return `State ${view.index} of ${view.last}: ${words.filter(Boolean).join("; ")}${verdict ? `. In the checked text: ${verdict}` : ""}`;
}

// What the check says about each state and, behind them, about the answer: "first", "wrong", "copied" or "right".
function verdicts(model, last) {
  const { faults, copies, checked, answerOk } = model.get("_report");
  if (!faults) return () => undefined;
  const found = new Map(copies.map((state) => [state, "copied"]));
  faults.forEach(([state], number) => found.has(state) || found.set(Math.min(state, last), number ? "wrong" : "first"));
  if (!found.has(last) && (answerOk || checked === null)) found.set(last, answerOk ? "right" : "copied");
  return (state) => found.get(state) ?? (checked === null || state < checked ? "right" : undefined);
}

const SILENT = "The kernel does not answer: it is busy, or gone. Stepping works without it.";
const NONE = "Style, modules and checking need a running kernel. Stepping works without it.";

async function render({ model, el }) {
  const trace = model.get("_trace");
  const owner = await indexOwner(model);
  const linked = owner !== model;
  const label = `Trace of ${trace.title}`;
  const root = make("div", "tnb-widget tnb-explorer", el, { role: "group", "aria-label": label, tabindex: 0 });
  const view = { model, trace, root, linked, last: trace.states.length, index: 0 };
  view.memory = new Memory(trace);
  view.go = (index) => go(owner, index);
  view.text = () => model.get("_text").lines.map(([, parts]) => parts.map(([, words]) => words).join("")).join("\n");

  const parts = [heading(view), toolbar(view)];
  if (!linked) parts.push(verdict(view));
  view.panels = make("div", "tnb-panels", root);
  parts.push(chainOfThought(view));
  const source = model.get("_source").lines ?? [];
  root.classList.toggle("tnb-alone", !source.length);
  if (source.length) parts.push(program(view));
  if (!linked) {
    const bar = controls(root, owner, "state", describe);
    parts.push({ update: () => bar(view) });
  }
  parts.push(card(view));
  if (!linked) parts.push(tapeOfCells(view));
  const live = make("div", "tnb-live", root, { role: "status" });
  keys(root, (steps) => view.go(view.index + steps), () => toggle(owner));

  const draw = () => {
    view.index = Math.min(owner.get("index"), view.last);
    root.dataset.index = view.index;
    parts.forEach((part) => part.update?.(view.index));
    live.setAttribute("aria-live", linked || owner.get("playing") ? "off" : "polite"); // a player speaks for both
    say(live, describe(view));
  };
  const rewrite = () => {
    parts.forEach((part) => part.rewrite?.());
    draw();
  };
  const report = () => {
    view.verdictOf = verdicts(model, view.last);
    root.classList.toggle("tnb-checked", Boolean(model.get("_report").faults));
    parts.forEach((part) => part.report?.());
    draw();
  };
  const forget = kernel(view, SILENT, NONE);
  parts.forEach((part) => part.rewrite?.());
  report();
  owner.on("change:index change:playing change:speed", draw);
  model.on("change:_text", rewrite);
  model.on("change:_report", report);
  const resized = new ResizeObserver(draw);
  resized.observe(root);
  return () => {
    forget();
    resized.disconnect();
    owner.off("change:index change:playing change:speed", draw);
    model.off("change:_text", rewrite);
    model.off("change:_report", report);
  };
}

export default { initialize, render };

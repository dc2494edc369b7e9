// Checking a model's output: a box to paste or load it, and what the kernel found, one fault at a time.
// The text goes to the kernel whole; of a long one only the beginning is kept on the page.

const LONG = 20_000; // characters that a text box takes without trouble
const MOST_COMPARED = 1_000_000; // pairs of words
const GREATEST = 20_000_000; // bytes of a file

function outputBox(view, toolbar) {
  const id = `tnb-${Math.random().toString(36).slice(2)}`;
  const open = make("button", "tnb-choice tnb-needs-kernel", toolbar, { type: "button", "aria-expanded": false, "aria-controls": id });
  open.textContent = "Check an output";
  const box = make("div", "tnb-output", view.root, { id, hidden: "" });
  const label = make("label", "", box);
  label.textContent = "A model’s output, or your own attempt";
  const area = make("textarea", "", label, { rows: 7, spellcheck: "false", autocomplete: "off", "data-role": "output" });
  const bar = make("div", "tnb-bar", box);
  const note = make("span", "tnb-muted", null, { role: "status" });
  let held; // a text that is too long for the box
  const hold = (text) => {
    held = text.length > LONG ? text : undefined;
    area.value = held ? text.slice(0, 2000) : text;
    area.readOnly = Boolean(held);
    const count = text.length.toLocaleString("en");
    note.textContent = held ? `${count} characters; the first 2,000 are shown, all are checked.` : "";
  };
  const button = (name, role, act) => {
    const made = make("button", "tnb-choice", bar, { type: "button", "data-action": role });
    made.textContent = name;
    made.addEventListener("click", act);
    return made;
  };
  const load = async (file) => {
    if (!file) return;
    if (file.size > GREATEST) note.textContent = `${file.name} has more than ${GREATEST / 1e6} MB.`;
    else hold(await file.text());
  };
  const run = () => {
    const text = held ?? area.value;
    if (text.trim()) view.ask({ check: text }, "Checking …");
    else note.textContent = "There is nothing to check: paste a text, or load one.";
  };
  button("Check", "check", run).classList.add("tnb-primary");
  button("Start from the text shown", "shown-text", () => hold(view.text()));
  const picker = make("input", "", bar, { type: "file", accept: "text/*,.txt,.md,.log", hidden: "" });
  picker.addEventListener("change", () => load(picker.files[0]));
  button("Load a file …", "load", () => picker.click());
  button("Clear", "clear", () => hold(""));
  bar.append(note);
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (text.length <= LONG) return;
    event.preventDefault();
    hold(text);
  });
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    load(event.dataTransfer.files[0]);
  });
  area.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.preventDefault(), run();
  });
  open.addEventListener("click", () => {
    box.hidden = !box.hidden;
    open.setAttribute("aria-expanded", !box.hidden);
    if (!box.hidden) area.focus();
  });
}

// The words of two texts, each with whether it is in both, in order: by the longest common subsequence. Texts
// that have little in common differ as a whole.
function difference(one, other) {
  const [left, right] = [one, other].map((text) => text.match(/\w+|\s+|[^\w\s]/g) ?? []);
  const apart = [one, other].map((text) => [[text, false]]);
  if (left.length * right.length > MOST_COMPARED) return apart;
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      common[i][j] = left[i] === right[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  if (2 * common[0][0] < left.length) return apart;
  const said = [[], []];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const both = i < left.length && j < right.length && left[i] === right[j];
    const onlyLeft = !both && i < left.length && (j === right.length || common[i + 1][j] >= common[i][j + 1]);
    if (both || onlyLeft) said[0].push([left[i++], both]);
    if (both || !onlyLeft) said[1].push([right[j++], both]);
  }
  return said;
}

function compared(root, name, words) {
  make("span", "tnb-muted", root).textContent = name;
  const line = make("span", "tnb-said", root, { "data-role": name });
  for (const [word, both] of words) make(both ? "span" : "mark", "", line).textContent = word;
}

const COPIED = "This state is wrong, but it follows from what the text says before: the error is copied, not new.";

function counted(number, one, more) {
  return number && `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}

// What broke first, and what came of it.
function summary({ ok, faults, errors, copies, recovered, answerOk }) {
  if (ok) return "Every state is right, and so is the answer.";
  const later = [
    counted(errors - 1, "new error", "new errors"),
    counted(copies.length, "copied error", "copied errors"),
    counted(recovered, "state right again", "states right again"),
  ].filter(Boolean);
  const after = later.length ? ` Behind it: ${later.join(", ")}.` : "";
  return `${faults.length ? `Module: ${faults[0][1]}.` : ""}${after} The answer is ${answerOk ? "right" : "wrong"}.`;
}

// What the check found: a line for the whole text, and for a wrong state what was expected beside what was found.
function verdict(view) {
  const panel = make("div", "tnb-verdict", view.root, { role: "group", "aria-label": "Check", "data-role": "verdict", hidden: "" });
  const line = make("div", "tnb-status", panel, { role: "status" });
  const badge = make("span", "tnb-badge", line);
  const words = make("span", "", line);
  const bar = make("span", "tnb-bar", line);
  const texts = scrolling(make("div", "tnb-compared", panel), "Expected and found");
  let report = {};
  let places = [];
  const step = (name, role, target) => {
    const made = make("button", "tnb-choice", bar, { type: "button", "data-action": role });
    made.textContent = name;
    made.addEventListener("click", () => target() !== undefined && view.go(target()));
    return made;
  };
  const jump = step("First error", "first-error", () => places[0]);
  const back = step("Previous", "previous-error", () => places.findLast((place) => place < view.index));
  const next = step("Next", "next-error", () => places.find((place) => place > view.index));
  const name = (state) => (state < view.last ? `state ${state.toLocaleString("en")}` : "behind the last state");
  return {
    report() {
      report = view.model.get("_report");
      panel.hidden = !report.faults;
      if (!report.faults) return;
      const all = [...report.faults.map(([state]) => state), ...report.copies];
      places = [...new Set(all.map((state) => Math.min(state, view.last)))].sort((one, other) => one - other);
      panel.dataset.ok = report.ok;
      badge.replaceChildren(icon(report.ok ? "halted" : "no_rule"), report.ok ? "Right" : `First error: ${name(places[0])}`);
      words.textContent = summary(report);
      for (const one of [jump, back, next]) one.hidden = report.ok;
    },
    update(index) {
      texts.replaceChildren();
      if (!report.faults) return;
      back.setAttribute("aria-disabled", !places.some((place) => place < index));
      next.setAttribute("aria-disabled", !places.some((place) => place > index));
      const faults = report.faults.filter(([state]) => Math.min(state, view.last) === index);
      if (!faults.length && view.verdictOf(index) === "copied") make("span", "tnb-wide", texts).textContent = COPIED;
      for (const [, module, expected, found] of faults) {
        make("span", "tnb-muted", texts).textContent = "module";
        make("span", "", texts, { "data-role": "module" }).textContent = module;
        const [right, wrong] = difference(expected, found);
        compared(texts, "expected", right);
        compared(texts, "found", wrong);
      }
    },
  };
}

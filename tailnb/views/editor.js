// The machine editor: what is typed goes to the kernel, which reads it, says what is wrong, and runs it.

const PAUSE = 250; // milliseconds without a key until what was typed is sent
const LONGEST = 600_000; // characters; a longer text is no machine's
const SILENT = "The kernel does not answer: it is busy, or gone. What you type is not read.";
const NONE = "Editing needs a running kernel, which reads the machine.";

// Which form the machine is written in, and the word it runs on.
function toolbar(view) {
  const bar = make("div", "tnb-editor-toolbar", view.root);
  make("strong", "", bar).textContent = "Machine";
  const label = make("label", "tnb-editor-form", bar);
  label.append("as");
  const form = make("select", "", label, { "data-role": "form", "aria-label": "Form of the machine" });
  for (const [name, title] of view.model.get("_forms")) form.append(new Option(title, name));
  form.addEventListener("change", () => {
    view.send(); // what was typed last, before it is written anew
    view.ask({ form: form.value });
    form.value = view.form;
  });
  return form;
}

function wordField(view) {
  const label = make("label", "tnb-word", view.root);
  make("span", "tnb-muted", label).textContent = "Input word";
  const word = make("input", "", label, { "data-role": "word", spellcheck: "false", autocomplete: "off", placeholder: "the empty word" });
  word.addEventListener("input", () => view.changed());
  return word;
}

// A line for what the kernel says, and a way to the place of the fault.
function answerLine(view) {
  const box = make("div", "tnb-editor-answer", view.root, { role: "status", "data-role": "answer" });
  const words = make("div", "", box);
  const bar = make("div", "", box);
  const go = make("button", "tnb-choice", bar, { type: "button", "data-action": "go-to-fault" });
  const kept = make("div", "tnb-muted", bar);
  kept.textContent = "The player keeps the last machine without a fault.";
  go.addEventListener("click", () => view.visit());
  const note = make("div", "", box, { "data-role": "refusal" });
  const silence = make("div", "tnb-muted", box, { "data-role": "note" });
  view.say = (text) => (silence.textContent = text);
  return (answer) => {
    const faulty = answer.fault !== undefined;
    const where = answer.line ? `line ${answer.line}` : Number.isInteger(answer.row) ? `rule ${answer.row + 1}` : answer.field ? "the field" : "";
    box.dataset.ok = !faulty;
    words.textContent = faulty ? `✕ ${answer.fault}` : `✓ ${answer.ending}`;
    bar.hidden = !faulty;
    go.hidden = !where;
    go.textContent = `Go to ${where}`;
    note.textContent = answer.note ? `✕ ${answer.note}` : "";
  };
}

function render({ model, el }) {
  const root = make("div", "tnb-widget tnb-editor", el, { role: "group", "aria-label": "Machine editor" });
  const view = { model, root, live: false, form: "" };
  let timer;
  view.changed = () => {
    clearTimeout(timer);
    timer = setTimeout(view.send, PAUSE);
  };
  view.typed = () => {
    const own = view.form === "table" ? table.get() : { text: text.area.value };
    return { ...model.get("_source"), ...own, word: word.value };
  };
  view.send = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!view.live) return;
    if (text.area.value.length > LONGEST) return view.say(`A text of more than ${LONGEST.toLocaleString("en")} characters is not read.`);
    view.ask({ source: view.typed() });
  };
  const form = toolbar(view);
  const text = textBox(root, "Text of the machine", () => view.changed());
  const table = grid(root, () => view.changed());
  const word = wordField(view);
  const answer = answerLine(view);
  view.visit = () => {
    const { line, row, field } = model.get("_answer");
    if (field === "word") word.focus();
    else if (view.form === "table") table.visit({ row, field });
    else if (line) text.visit(line);
  };

  const rewrite = () => {
    const source = model.get("_source");
    const same = source.form === view.form || (view.form !== "table" && source.form !== "table");
    view.form = form.value = source.form;
    text.frame.hidden = source.form === "table";
    table.frame.hidden = source.form !== "table";
    if (timer && same) return; // there is more typed already than the kernel has read
    if (source.form === "table") table.set(source);
    else text.set(source.text);
    if (word.value !== source.word) word.value = source.word;
  };
  const report = () => {
    const said = model.get("_answer");
    answer(said);
    text.mark(said.line);
    text.area.setAttribute("aria-invalid", said.fault !== undefined && said.field !== "word");
    table.mark(said);
    word.setAttribute("aria-invalid", said.field === "word");
  };
  const lock = () => {
    for (const box of [text.area, word]) box.readOnly = !view.live;
    form.disabled = !view.live;
    table.lock(!view.live);
  };
  // The diagram takes longest, so it waits until nothing more is typed.
  view.woke = () => {
    lock();
    if (!timer && model.get("_answer").fault === undefined && view.drawn !== model.get("_source")) {
      view.drawn = model.get("_source");
      model.send({ draw: true });
    }
  };
  root.addEventListener("keydown", (event) => event.stopPropagation()); // letters are no notebook commands
  const forget = kernel(view, SILENT, NONE);
  view.drawn = model.get("_source");
  rewrite();
  report();
  lock();
  model.on("change:_source", rewrite);
  model.on("change:_answer", report);
  return () => {
    clearTimeout(timer);
    forget();
    model.off("change:_source", rewrite);
    model.off("change:_answer", report);
  };
}

export default { render };

// A box for a text of many lines, with their numbers beside it and one of them marked.

const LINE = 20; // pixels, as in the style sheet
const LEAST = 6; // lines of room, and the most
const MOST = 20;

function textBox(parent, label, changed) {
  const frame = make("div", "tnb-editor-box", parent);
  const gutter = make("div", "tnb-gutter", frame, { "aria-hidden": "true" });
  const numbers = make("div", "tnb-numbers", gutter);
  const field = make("div", "tnb-editor-field", frame);
  const stripe = make("div", "tnb-stripe", field, { hidden: "", "data-role": "stripe" });
  const area = make("textarea", "", field, { "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" });
  let wrong;
  // Only the numbers in sight are drawn, however long the text is.
  const draw = () => {
    const top = Math.floor(area.scrollTop / LINE);
    const count = area.value.split("\n").length;
    frame.style.height = `${(Math.max(LEAST, Math.min(count + 1, MOST)) + 1) * LINE}px`;
    const last = Math.min(count, top + Math.ceil(area.clientHeight / LINE) + 1);
    numbers.replaceChildren();
    for (let line = top + 1; line <= last; line++) {
      const number = make("div", line === wrong ? "tnb-wrong" : "", numbers);
      number.textContent = line === wrong ? `✕ ${line}` : line;
    }
    numbers.style.transform = `translateY(${top * LINE - area.scrollTop}px)`;
    stripe.hidden = !wrong;
    stripe.style.transform = `translateY(${((wrong ?? 1) - 1) * LINE - area.scrollTop}px)`;
  };
  area.addEventListener("input", () => {
    draw();
    changed();
  });
  area.addEventListener("scroll", draw);
  const resized = new ResizeObserver(draw);
  resized.observe(area);
  return {
    frame,
    area,
    mark(line) {
      wrong = line ?? undefined;
      stripe.dataset.line = wrong ?? "";
      draw();
    },
    set(text) {
      if (area.value !== text) area.value = text;
      draw();
    },
    // Puts the cursor at the end of a line, and the line in sight.
    visit(line) {
      const at = area.value.split("\n").slice(0, line).join("\n").length;
      area.focus();
      area.setSelectionRange(at, at);
      area.scrollTop = Math.max(0, (line - 4) * LINE);
    },
  };
}

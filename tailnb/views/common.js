// Shared by the widgets; it is put before each widget's own script.
// Every text that comes from a machine or a model is set by textContent, so it is never read as markup.

const MARGIN = 24; // pixels around what is to be in sight, since a heading may cover the edge

function make(tag, className, parent, attributes = {}) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

// Calls `move` with a number of steps, and `toggle`, if any, for the space bar. A box that scrolls sideways keeps its
// arrows.
function keys(root, move, toggle) {
  const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.stopPropagation(); // a letter typed here must not run a notebook command, such as "delete cell"
    if (event.target.matches("select, textarea, input:not([type=range])")) return;
    if (event.key.startsWith("Arrow") && event.target !== root && event.target.scrollWidth > event.target.clientWidth) return;
    if (event.key in moves) move(moves[event.key]);
    else if (toggle && event.key === " " && !["BUTTON", "SUMMARY"].includes(event.target.tagName)) toggle();
    else return;
    event.preventDefault();
  });
}

// What is for screen readers is set when it changes: a page that is only drawn again repeats nothing.
function say(box, words) {
  if (box.textContent !== words) box.textContent = words;
}

// Scrolls a box, and nothing around it, so that all of the element is in sight, which `covered` pixels at the left are not.
function reveal(port, element, covered = 0) {
  if (port.scrollWidth <= port.clientWidth && port.scrollHeight <= port.clientHeight) return;
  const [outer, inner] = [port, element].map((one) => one.getBoundingClientRect());
  if (inner.left < outer.left + Math.max(MARGIN, covered) || inner.right > outer.right - MARGIN)
    port.scrollLeft += inner.left + inner.width / 2 - outer.left - port.clientWidth / 2;
  if (inner.top < outer.top + MARGIN || inner.bottom > outer.bottom - MARGIN)
    port.scrollTop += inner.top + inner.height / 2 - outer.top - port.clientHeight / 2;
}

// A box that scrolls where its contents do not fit: the keyboard reaches it then, and only then, under a name.
function scrolling(port, label, ...contents) {
  const watch = new ResizeObserver(() => {
    if (port.matches(":focus")) return; // whoever is there stays there
    const scrolls = port.scrollWidth > port.clientWidth || port.scrollHeight > port.clientHeight;
    const wanted = { tabindex: 0, role: "group", "aria-label": label };
    for (const [name, value] of Object.entries(wanted)) scrolls ? port.setAttribute(name, value) : port.removeAttribute(name);
  });
  for (const one of [port, ...contents]) watch.observe(one);
  return port;
}

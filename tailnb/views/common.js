// Shared by the widgets; it is put before each widget's own script.
// Every text that comes from a machine or a model is set by textContent, so it is never read as markup.

function make(tag, className, parent, attributes = {}) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

// Calls `move` with a number of steps, and `toggle`, if any, for the space bar.
function keys(root, move, toggle) {
  const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.stopPropagation(); // a letter typed here must not run a notebook command, such as "delete cell"
    if (event.target.matches("select, textarea, input:not([type=range])")) return;
    if (event.key in moves) move(moves[event.key]);
    else if (toggle && event.key === " " && !["BUTTON", "SUMMARY"].includes(event.target.tagName)) toggle();
    else return;
    event.preventDefault();
  });
}

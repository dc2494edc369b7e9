// The state diagram, which the kernel draws, with the current state and the last transition marked.

const SMALLEST = 0.75; // of its own size; a diagram that would be smaller scrolls

// The kernel's SVG as an element; nothing for none. It has no script, and whatever a machine says in it is escaped.
function parsed(text) {
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return svg.nodeName === "svg" ? document.importNode(svg, true) : undefined;
}

// The groups that a number in `data-state` or `data-rules` names.
function groups(svg, name) {
  const found = new Map();
  for (const group of svg.querySelectorAll(`[data-${name}]`))
    for (const number of group.dataset[name].split(" ").map(Number)) found.set(number, [...(found.get(number) ?? []), group]);
  return found;
}

function diagram(view) {
  const details = make("details", "tnb-drawing", view.side, { open: "", "data-role": "diagram" });
  make("summary", "", details).textContent = "State diagram";
  // In a tree of its own, so that the page's style sheets and the picture's leave each other alone.
  const port = make("div", "tnb-port", details);
  const shadow = port.attachShadow({ mode: "open" });
  let drawn;
  let marks;
  const renew = (text) => {
    drawn = text;
    const svg = text ? parsed(text) : undefined;
    details.hidden = !svg;
    shadow.replaceChildren(...(svg ? [svg] : []));
    if (svg) scrolling(port, "State diagram", svg);
    if (svg) svg.style.minWidth = `${SMALLEST * svg.viewBox.baseVal.width}px`;
    marks = svg && { "tnb-here": groups(svg, "state"), "tnb-taken": groups(svg, "rules") };
  };
  let marked = [];
  const mark = (name, number) => {
    const found = marks[name].get(number) ?? [];
    found.forEach((group) => group.classList.add(name));
    marked.push(...found.map((group) => [group, name]));
  };
  return () => {
    const text = view.model.get("_diagram");
    if (text !== drawn) renew(text);
    if (!marks) return;
    for (const [group, name] of marked.splice(0)) group.classList.remove(name);
    mark("tnb-here", view.tape.state);
    if (marked.length) reveal(port, marked[0][0]);
    mark("tnb-taken", view.tape.last);
  };
}

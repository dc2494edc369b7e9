// The attention map: a text whose tokens show where a model looks, by shade, by number and by line.

const LINES = 6; // as many places are joined by lines and named
const SEEN = 0.005; // a weight below it is not shown
const DRAWN = 0.03; // and below this one no line is drawn
const TOLD = { mean: "mean of the heads", max: "strongest of the heads" };

const share = (weight) => (weight >= 0.995 ? "100%" : weight < 0.01 ? "<1%" : `${Math.round(100 * weight)}%`);

// The places that a token looks at, strongest first, with their weights; the numbers come from the kernel once.
function reader(model) {
  const bytes = model.get("_weights");
  const pairs = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const [layers, heads, most, count] = [model.get("_layers"), model.get("_heads"), model.get("_most"), model.get("_tokens").length];
  return (query) => {
    if (query < 0) return [];
    const head = layers.indexOf(model.get("layer")) * heads.length + heads.indexOf(model.get("head"));
    const from = 2 * most * (head * count + query);
    const found = [];
    for (let at = from; at < from + 2 * most; at += 2)
      if (pairs[at + 1]) found.push({ place: pairs[at], weight: pairs[at + 1] / 65535 });
    return found;
  };
}

function choice(view, parent, words, trait, options) {
  const label = make("label", "tnb-attention-choice", parent);
  make("span", "tnb-muted", label).textContent = words;
  const select = make("select", "", label, { "data-role": trait });
  for (const [value, title] of options) select.append(new Option(title, value));
  select.addEventListener("change", () => view.set(trait, trait === "head" ? select.value : Number(select.value)));
  return () => {
    const value = view.model.get(trait);
    select.value = value === Boolean(value) ? Number(value) : value;
  };
}

function toolbar(view) {
  const bar = make("div", "tnb-attention-bar", view.root);
  const heads = view.model.get("_heads").map((name) => [name, TOLD[name] ?? name]);
  const shown = [
    choice(view, bar, "Layer", "layer", view.model.get("_layers").map((layer) => [layer, layer])),
    choice(view, bar, "Head", "head", heads),
    choice(view, bar, "When it", "writing", [[1, "writes the token"], [0, "has read the token"]]),
  ];
  return () => shown.forEach((show) => show());
}

// The text, each token a box; the prompt and the completion under headings.
function layText(view) {
  const start = view.model.get("_start");
  const text = make("div", "tnb-attention-text", view.port);
  const boxes = [];
  let [part, line] = [];
  view.tokens.forEach(([words, gap], place) => {
    if (place === 0 || place === start) {
      const title = place < start ? "Prompt" : "Completion";
      part = make("div", "", text, { role: "group", "aria-label": title });
      make("div", "tnb-attention-part tnb-muted", part, { "aria-hidden": "true" }).textContent = title;
    }
    if (place === 0 || gap === "\n") line = make("div", "tnb-attention-line", part, { role: "presentation" });
    if (gap === " ") boxes.at(-1)?.classList.add("tnb-attention-apart");
    const box = make("span", "tnb-attention-token", line, { role: "option", id: `${view.id}-${place}`, "data-place": place, "aria-selected": "false" });
    box.textContent = words;
    boxes.push(box);
  });
  return { text, boxes };
}

// What stands on the status line and in the list below it.
function report(view) {
  const box = make("div", "tnb-attention-report", view.root);
  const said = make("div", "tnb-attention-said", box, { "data-role": "said" });
  const list = make("ol", "tnb-attention-names", box, { "aria-label": "Where it looks most" });
  const live = make("div", "tnb-live", view.root, { role: "status", "aria-live": "polite" });
  return (token, query, looks, spoken) => {
    const words = (place) => view.tokens[place][0];
    const writing = query !== token;
    const rest = 1 - looks.slice(0, LINES).reduce((sum, one) => sum + one.weight, 0);
    said.replaceChildren();
    const name = (place, kind) => (make("b", `tnb-attention-${kind}`, said).textContent = words(place));
    said.append(writing ? "To write " : "Having read ");
    name(token, "chosen");
    said.append(writing && query >= 0 ? " the model, at " : " the model");
    if (writing && query >= 0) name(query, "from");
    said.append(query < 0 ? " has read nothing yet." : writing ? ", looks at:" : " looks at:");
    list.replaceChildren();
    const heard = [];
    for (const { place, weight } of looks.slice(0, LINES)) {
      if (weight < SEEN) break;
      const button = make("button", "tnb-attention-look", make("li", "", list), { type: "button", "data-go": place, title: "Show it in the text" });
      const before = place > 0 && view.tokens[place][1] !== "\n" ? words(place - 1) : "";
      if (before) make("span", "tnb-muted", button).textContent = `${before} `; // which of many equal tokens it is
      make("b", "", button).textContent = words(place);
      make("span", "tnb-attention-bar-of", button, { "aria-hidden": "true" }).style.setProperty("--tnb-share", `${100 * weight}%`);
      make("span", "tnb-attention-share", button).textContent = share(weight);
      heard.push(`${before ? `${words(place)} after ${before}` : words(place)}, ${share(weight)}`);
    }
    if (query >= 0 && view.model.get("head") !== "max" && rest >= SEEN) {
      make("li", "tnb-attention-rest tnb-muted", list).textContent = `elsewhere ${share(rest)}`;
      heard.push(`elsewhere ${share(rest)}`);
    }
    if (spoken) live.textContent = `${said.textContent} ${heard.join("; ")}`;
  };
}

const SVG = "http://www.w3.org/2000/svg";

// Lines from the token that looks to where it looks most, thick where the weight is large.
function threads(view) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "tnb-attention-threads");
  svg.setAttribute("aria-hidden", "true");
  view.text.append(svg);
  const middle = (box) => {
    const outer = view.text.getBoundingClientRect();
    const { left, top, width, height } = box.getBoundingClientRect();
    return { x: left - outer.left + width / 2, top: top - outer.top, bottom: top - outer.top + height };
  };
  const path = (from, to) => {
    if (Math.abs(from.top - to.top) < 4) {
      const high = from.top - Math.min(15, 6 + Math.abs(from.x - to.x) / 16);
      return `M${from.x} ${from.top}C${from.x} ${high} ${to.x} ${high} ${to.x} ${to.top}`;
    }
    const [start, end] = to.top < from.top ? [from.top, to.bottom] : [from.bottom, to.top];
    const half = (start + end) / 2;
    return `M${from.x} ${start}C${from.x} ${half} ${to.x} ${half} ${to.x} ${end}`;
  };
  return (query, looks) => {
    svg.replaceChildren();
    if (query < 0) return;
    const from = middle(view.boxes[query]);
    for (const { place, weight } of looks.slice(0, LINES)) {
      if (weight < DRAWN || place === query) continue;
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", path(from, middle(view.boxes[place])));
      line.setAttribute("stroke-width", 1 + 3 * weight);
      svg.append(line);
    }
  };
}

function legend(view) {
  const row = make("div", "tnb-attention-legend tnb-muted", view.root, { "aria-hidden": "true" });
  row.append("Weight");
  for (const weight of [0.01, 0.1, 0.3, 1]) {
    const box = make("span", "tnb-attention-token tnb-attention-seen", row);
    box.style.setProperty("--tnb-weight", Math.sqrt(weight));
    box.textContent = share(weight);
  }
  make("span", "tnb-attention-token tnb-attention-from", row).textContent = "looks";
  make("span", "tnb-attention-token tnb-attention-chosen", row).textContent = "chosen";
}

// The token of the line above or below that is nearest to one.
function across(view, token, down) {
  const here = view.boxes[token].getBoundingClientRect();
  const rows = (one) => (down ? one.top - here.top : here.top - one.top);
  let [best, found] = [Infinity, token];
  view.boxes.forEach((box, place) => {
    const there = box.getBoundingClientRect();
    const away = rows(there) < 4 ? Infinity : 1000 * rows(there) + Math.abs(there.left - here.left);
    if (away < best) [best, found] = [away, place];
  });
  return found;
}

function render({ model, el }) {
  const root = make("div", "tnb-widget tnb-attention", el, { role: "group", "aria-label": "Attention map" });
  const id = `tnb-attention-${Math.random().toString(36).slice(2)}`; // each widget is a module of its own
  const view = { model, root, id, tokens: model.get("_tokens") };
  view.set = (name, value) => {
    model.set(name, name === "writing" ? Boolean(value) : value);
    model.save_changes();
  };
  const header = make("div", "tnb-header", root);
  make("strong", "tnb-title", header).textContent = "Attention";
  const counter = make("span", "tnb-counter", header, { "data-role": "counter" });
  const chosen = toolbar(view);
  view.port = make("div", "tnb-attention-port", root, { role: "listbox", tabindex: "0", "aria-label": "The text, token by token" });
  Object.assign(view, layText(view));
  const tell = report(view);
  legend(view);
  const draw = threads(view);
  const look = reader(model);
  let [marked, hovered, wanted] = [[], null, null];

  const show = (spoken) => {
    const token = hovered ?? model.get("token");
    const query = model.get("writing") ? token - 1 : token;
    const looks = look(query);
    for (const box of marked) {
      box.classList.remove("tnb-attention-seen", "tnb-attention-chosen", "tnb-attention-from");
      box.removeAttribute("data-share");
      box.setAttribute("aria-selected", "false");
    }
    const seen = looks.filter(({ weight }) => weight >= SEEN);
    seen.forEach(({ place, weight }, rank) => {
      const box = view.boxes[place];
      box.classList.add("tnb-attention-seen");
      box.style.setProperty("--tnb-weight", Math.sqrt(weight));
      if (rank < LINES && weight >= DRAWN) box.dataset.share = share(weight);
    });
    marked = seen.map(({ place }) => view.boxes[place]);
    if (query >= 0) marked.push(view.boxes[query]);
    marked.push(view.boxes[token]);
    view.boxes[query]?.classList.add("tnb-attention-from");
    view.boxes[token].classList.add("tnb-attention-chosen");
    view.boxes[token].setAttribute("aria-selected", "true");
    view.port.setAttribute("aria-activedescendant", view.boxes[token].id);
    counter.textContent = `Token ${token} of ${view.boxes.length - 1}`;
    root.dataset.token = token;
    chosen();
    tell(token, query, looks, spoken);
    draw(query, looks);
  };
  const choose = (token) => {
    hovered = null;
    const to = Math.max(0, Math.min(token, view.boxes.length - 1));
    if (to === model.get("token")) show(true);
    else view.set("token", to);
    reveal(view.port, view.boxes[to]);
  };
  const placed = (event) => event.target.closest?.("[data-place]")?.dataset.place;
  // Many moves of a mouse become one picture.
  const hover = (place) => {
    const idle = wanted === null;
    wanted = { place };
    if (idle) requestAnimationFrame(() => {
      const next = wanted.place;
      wanted = null;
      if (next === hovered) return;
      hovered = next;
      show(false);
    });
  };
  view.port.addEventListener("pointerover", (event) => {
    const place = placed(event);
    if (event.pointerType === "mouse" && place !== undefined) hover(Number(place));
  });
  view.port.addEventListener("pointerleave", () => hover(null));
  view.port.addEventListener("click", (event) => {
    const place = placed(event);
    if (place !== undefined) choose(Number(place));
  });
  root.addEventListener("click", (event) => {
    const place = event.target.closest?.("[data-go]")?.dataset.go;
    if (place === undefined) return;
    reveal(view.port, view.boxes[place]);
    view.boxes[place].classList.add("tnb-attention-found");
    setTimeout(() => view.boxes[place].classList.remove("tnb-attention-found"), 1500);
  });
  keys(root, (steps) => choose(model.get("token") + steps));
  view.port.addEventListener("keydown", (event) => {
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    choose(across(view, model.get("token"), event.key === "ArrowDown"));
  });
  const changed = () => show(true);
  const traits = ["token", "layer", "head", "writing"].map((name) => `change:${name}`);
  traits.forEach((name) => model.on(name, changed));
  const resized = new ResizeObserver(() => {
    show(false);
    reveal(view.port, view.boxes[model.get("token")]);
  });
  resized.observe(view.text);
  show(false);
  return () => {
    resized.disconnect();
    traits.forEach((name) => model.off(name, changed));
  };
}

export default { render };

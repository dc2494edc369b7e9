// The tape as a strip of cells under the head. Only the cells in sight are drawn.

const FAR = 10; // steps; a longer way is jumped, not glided

// The first address in sight, for `count` cells: all that the run uses, if they fit, else what follows the head.
function camera(tape, { low, high }, count, first) {
  const span = high - low + 1;
  if (span + 2 <= count) return low - (count - span) / 2;
  const centered = tape.head - (count - 1) / 2;
  if (first === undefined || tape.head < first - 1 || tape.head > first + count) return centered;
  const margin = Math.min(3, (count - 1) / 2);
  return Math.max(Math.min(first, tape.head - margin), tape.head + margin + 1 - count);
}

function strip(view) {
  const { root, run, tape } = view;
  const course = courseOf(run);
  const longest = Math.max(...run.symbols.map((symbol) => symbol.length));
  const width = Math.min(44 + 9 * Math.max(0, longest - 2), 120);
  const port = make("div", "tnb-tape", root, { "data-role": "tape", "aria-hidden": "true" });
  port.style.setProperty("--tnb-cell", `${width}px`);
  const track = make("div", "tnb-track", port);
  const marker = make("div", "tnb-head", track);
  const pill = make("div", "tnb-pill", marker, { "data-role": "state" });
  make("div", "tnb-pointer", marker);
  const cells = new Map();
  let first;
  let shown;

  const cell = (address) => {
    if (!cells.has(address)) {
      const box = make("div", "tnb-cell", track, { "data-address": address });
      box.style.left = `${address * width}px`;
      box.symbol = make("div", "tnb-symbol", box);
      make("div", "tnb-address", box).textContent = address;
      cells.set(address, box);
    }
    return cells.get(address);
  };
  const fill = (address) => {
    const box = cell(address);
    const symbol = tape.at(address);
    box.symbol.textContent = run.symbols[symbol];
    box.symbol.title = longest > 6 ? run.symbols[symbol] : "";
    box.classList.toggle("tnb-blank", symbol === 0);
    box.classList.toggle("tnb-under-head", address === tape.head);
    box.classList.toggle("tnb-written", address === tape.written);
    box.classList.toggle("tnb-break", view.points().some(([state, read, at]) => at === address));
  };
  return () => {
    const count = Math.max(3, port.clientWidth / width);
    const before = first;
    first = camera(tape, course, count, first);
    const far = before === undefined || Math.abs(first - before) > 3 || Math.abs(tape.index - shown) > FAR;
    port.classList.toggle("tnb-jump", far);
    shown = tape.index;
    for (const [address, box] of cells) {
      if (address >= first - 4 && address <= first + count + 3) continue;
      box.remove();
      cells.delete(address);
    }
    for (let address = Math.floor(first) - 3; address <= first + count + 2; address++) fill(address);
    pill.textContent = run.states[tape.state];
    marker.dataset.head = tape.head;
    marker.style.transform = `translateX(${tape.head * width}px)`;
    track.style.transform = `translateX(${-first * width}px)`;
  };
}

// The tape: registers as boxes, arrays as strips, tables as grids; what the state fetches and writes is marked.

const CELL = /^([A-Za-z]\w*)(?:\[(-?\d+)(?:,(-?\d+))?\])?$/;
const LETTERS = 9; // of a value that are shown
const MOST_SHOWN = 224; // pixels of an array; the rest scrolls

// A cell's name and its indices, if it has any.
function split(cell) {
  return (cell.match(CELL) ?? [cell, cell]).slice(1);
}

// What every cell holds once the state number `index` is done.
class Memory {
  constructor(trace) {
    this.values = new Map(trace.initial);
    this.states = trace.states;
    this.before = trace.states.map(([, , , , writes]) =>
      writes.map(([cell, value]) => {
        const old = this.values.get(cell);
        this.values.set(cell, value);
        return old;
      }),
    );
    this.done = trace.states.length; // states whose writes are in `values`
  }
  seek(index) {
    const wanted = Math.min(index + 1, this.states.length);
    while (this.done < wanted) for (const [cell, value] of this.states[this.done++][4]) this.values.set(cell, value);
    while (this.done > wanted) {
      const writes = this.states[--this.done][4];
      for (let number = writes.length - 1; number >= 0; number--)
        this.values.set(writes[number][0], this.before[this.done][number]);
    }
  }
  // For each cell that the state writes, what it held before.
  overwritten(index) {
    const writes = this.states[index]?.[4] ?? [];
    const olds = new Map();
    writes.forEach(([cell], number) => olds.has(cell) || olds.set(cell, this.before[index][number]));
    return olds;
  }
}

// The registers, arrays and tables of a trace, each with its indices and the longest value that it ever holds.
function survey(trace) {
  const found = new Map();
  const note = ([cell, value]) => {
    const [name, first, second] = split(cell);
    const kind = second !== undefined ? "table" : first !== undefined ? "strip" : "register";
    if (!found.has(name)) found.set(name, { name, kind, longest: 1, rows: [0, 0], columns: [0, 0], empty: true });
    const array = found.get(name);
    array.longest = Math.max(array.longest, value.length);
    array.rows = widened(array, array.rows, kind === "table" ? first : 0);
    array.columns = widened(array, array.columns, second ?? first ?? 0);
    array.empty = false;
  };
  trace.initial.forEach(note);
  for (const [, reads, , , writes] of trace.states) {
    reads.forEach(note);
    writes.forEach(note);
  }
  return [...found.values()];
}

function widened({ empty }, [low, high], index) {
  const place = Number(index);
  return empty ? [place, place] : [Math.min(low, place), Math.max(high, place)];
}

// Whether arrays are placed from the highest index down, as the digits of a number are.
function falling(initial) {
  const [first, second] = initial.map(([cell]) => split(cell)).filter(([, index]) => index !== undefined);
  return Boolean(second) && first[0] === second[0] && Number(first[1]) > Number(second[1]);
}

function boxWidth(letters, least) {
  return Math.max(least, 14 + 8 * Math.min(letters, LETTERS));
}

function newBox(className, parent, cell) {
  const box = make("div", `tnb-box ${className}`, parent, { "data-cell": cell });
  box.old = make("s", "tnb-old", box);
  box.value = make("div", "tnb-value", box);
  return box;
}

// A box with the value of a cell, and marks for what the state does to it.
function fillBox(box, cell, { memory, fetched, olds, spelled }) {
  const value = memory.values.get(cell) ?? "";
  if (box.value.textContent !== value) box.value.textContent = value;
  box.value.title = value.length > LETTERS ? value : "";
  box.old.textContent = olds.get(cell) ?? "";
  box.classList.toggle("tnb-fetched", fetched.has(cell));
  box.classList.toggle("tnb-written", olds.has(cell));
  box.classList.toggle("tnb-empty", value === "" || value === "_");
  box.classList.toggle("tnb-spells", spelled.has(cell));
}

function register(root, { name, longest }) {
  const group = make("div", "tnb-array", root);
  make("div", "tnb-name", group).textContent = name;
  const box = newBox("tnb-register", group, name);
  box.style.width = `${boxWidth(longest, 34)}px`;
  return { fit() {}, update: (now) => fillBox(box, name, now) };
}

// Boxes in rows and columns; those out of sight are not drawn. Each kind of sheet says which cell is where.
class Sheet {
  constructor(root, kind, name, size) {
    Object.assign(this, { left: 0, top: 0, ...size });
    const group = make("div", "tnb-array", root);
    make("div", "tnb-name", group).textContent = name;
    this.port = make("div", `tnb-sheet tnb-${kind}`, group);
    this.field = make("div", "tnb-field", this.port);
    scrolling(this.port, `Tape: ${name || "numbers"}`, this.field);
    this.boxes = new Map();
    this.port.style.maxHeight = `${MOST_SHOWN}px`;
    this.port.addEventListener("scroll", () => this.fill());
  }
  fit(room) {
    this.arrange?.(room);
    this.field.style.width = `${this.left + this.wide * this.width + 1}px`; // and the last border
    this.field.style.height = `${this.top + this.high * this.tall + 1}px`;
    this.field.replaceChildren();
    this.boxes.clear();
  }
  update(now) {
    this.now = now;
    for (const cell of [...now.fetched, ...now.olds.keys()]) this.reveal(this.place(cell));
    this.fill();
  }
  reveal(place) {
    if (!place) return;
    const [top, left] = [place[0] * this.tall, place[1] * this.width];
    const { clientHeight, clientWidth, scrollTop, scrollLeft } = this.port;
    const [bottom, right] = [top + this.top + this.tall - clientHeight, left + this.left + this.width - clientWidth];
    if (scrollTop > top || scrollTop < bottom) this.port.scrollTop = scrollTop > top ? top : bottom;
    if (scrollLeft > left || scrollLeft < right) this.port.scrollLeft = scrollLeft > left ? left : right;
  }
  fill() {
    if (!this.now) return;
    const { clientHeight, clientWidth, scrollTop, scrollLeft } = this.port;
    const rows = inSight(scrollTop, clientHeight, this.tall, this.high);
    const columns = inSight(scrollLeft, clientWidth, this.width, this.wide);
    const old = this.boxes;
    this.boxes = new Map();
    const keep = (key, create) => this.boxes.set(key, old.get(key) ?? create()).get(key);
    for (const row of rows) for (const column of columns) this.show(row, column, keep);
    this.titles(rows, columns, keep);
    for (const [key, box] of old) if (!this.boxes.has(key)) box.remove();
  }
  show(row, column, keep) {
    const cell = this.cell(row, column);
    if (cell === undefined) return;
    const box = keep(cell, () => {
      const made = newBox("", this.field, cell);
      put(made, this.left + column * this.width, this.top + row * this.tall, this.width);
      this.label?.(made, row, column);
      return made;
    });
    fillBox(box, cell, this.now);
  }
  // The names of rows and columns stay in sight at the edges.
  titles(rows, columns, keep) {
    const { left, top } = this;
    const { scrollLeft, scrollTop } = this.port;
    const edge = (key, name, ...place) => {
      const box = keep(key, () => make("div", "tnb-edge", this.field));
      box.textContent = name;
      put(box, ...place);
      return box;
    };
    if (left) for (const row of rows) edge(`row ${row}`, this.row(row), scrollLeft, top + row * this.tall, left, this.tall);
    if (top) for (const column of columns) edge(`column ${column}`, this.column(column), left + column * this.width, scrollTop, this.width, top);
    if (left && top) edge("corner", "", scrollLeft, scrollTop, left, top).classList.add("tnb-corner");
  }
}

function inSight(start, size, each, count) {
  const first = Math.floor(start / each);
  const end = Math.min(count, Math.ceil((start + size) / each));
  return Array.from({ length: Math.max(0, end - first) }, (_, number) => first + number);
}

function put(box, left, top, width, height) {
  const place = { left, top, width, height };
  for (const [name, pixels] of Object.entries(place)) if (pixels !== undefined) box.style[name] = `${pixels}px`;
}

// An array, in as many rows as it needs.
class Strip extends Sheet {
  constructor(root, { name, longest, columns: [low, high] }) {
    super(root, "strip", name, { width: boxWidth(longest, 28), tall: 51 });
    Object.assign(this, { name, low, count: high - low + 1 });
  }
  arrange(room) {
    this.wide = Math.max(1, Math.min(this.count, Math.floor((room - 9 * this.name.length - 16) / this.width)));
    this.high = Math.ceil(this.count / this.wide);
  }
  cell(row, column) {
    const place = row * this.wide + column;
    return place < this.count ? `${this.name}[${this.low + place}]` : undefined;
  }
  place(cell) {
    const [name, index] = split(cell);
    const place = Number(index) - this.low;
    return name === this.name ? [Math.floor(place / this.wide), place % this.wide] : undefined;
  }
  label(box, row, column) {
    make("div", "tnb-index", box).textContent = this.low + row * this.wide + column;
  }
}

// A table: cells with two indices.
class Table extends Sheet {
  constructor(root, { name, longest, rows, columns }) {
    super(root, "table", name, { width: boxWidth(longest, 32), tall: 28, left: 34, top: 20 });
    const [high, wide] = [rows, columns].map(([first, last]) => last - first + 1);
    Object.assign(this, { name, high, wide, row: (row) => rows[0] + row, column: (column) => columns[0] + column });
  }
  cell(row, column) {
    return `${this.name}[${this.row(row)},${this.column(column)}]`;
  }
  place(cell) {
    const [name, first, second] = split(cell);
    return name === this.name ? [first - this.row(0), second - this.column(0)] : undefined;
  }
}

// Numbers below one another, power of ten below power of ten: the highest index first.
class Columns extends Sheet {
  constructor(root, arrays) {
    const [longest, letters] = [arrays.map((one) => one.longest), arrays.map(({ name }) => name.length)];
    super(root, "table", "", { width: boxWidth(Math.max(...longest), 26), tall: 28, top: 20 });
    this.left = 14 + 8 * Math.max(...letters);
    this.highest = Math.max(...arrays.map(({ columns }) => columns[1]));
    const lowest = Math.min(...arrays.map(({ columns }) => columns[0]));
    Object.assign(this, { arrays, high: arrays.length, wide: this.highest - lowest + 1 });
  }
  row(row) {
    return this.arrays[row].name;
  }
  column(column) {
    return this.highest - column;
  }
  cell(row, column) {
    const { name, columns } = this.arrays[row];
    const index = this.column(column);
    return index < columns[0] || index > columns[1] ? undefined : `${name}[${index}]`;
  }
  place(cell) {
    const [name, index] = split(cell);
    const row = this.arrays.findIndex((one) => one.name === name);
    return row < 0 ? undefined : [row, this.highest - index];
  }
}

function arraysOf(root, trace) {
  const arrays = survey(trace);
  const [registers, strips, tables] = ["register", "strip", "table"].map((kind) => arrays.filter((one) => one.kind === kind));
  const numbers = falling(trace.initial);
  return [
    ...registers.map((one) => register(root, one)),
    ...(numbers ? [new Columns(root, strips)] : strips.map((one) => new Strip(root, one))),
    ...tables.map((one) => new Table(root, one)),
  ];
}

function tapeOfCells(view) {
  const panel = make("div", "tnb-cells", view.root, { role: "group", "aria-label": "Tape", "data-role": "cells" });
  const { memory, trace } = view;
  const parts = arraysOf(panel, trace);
  const [spelled, none] = [new Set(trace.spelled), new Set()];
  let room;
  return {
    update(index) {
      if (panel.clientWidth !== room) {
        room = panel.clientWidth;
        for (const part of parts) part.fit(room);
      }
      memory.seek(index);
      const fetched = new Set((trace.states[index]?.[1] ?? []).map(([cell]) => cell));
      const now = { memory, fetched, olds: memory.overwritten(index), spelled: index < view.last ? none : spelled };
      for (const part of parts) part.update(now);
    },
  };
}

// A machine's run in the browser. The kernel sends the rules, the word and the number of steps; the steps are
// taken here, once, and remembered as one number each, so that any of them can be shown and undone.

const SHIFT = { L: -1, R: 1, S: 0 };

// Where the tape, the head and the state are at a step. A rule is [state, read, write, move, next], numbers into
// `states` and `symbols`; it says what it overwrites, so a step is undone without a record of the tape.
class Tape {
  constructor(run, path) {
    this.run = run;
    this.path = path;
    this.cells = new Map(run.word.map((symbol, address) => [address, symbol]));
    this.index = 0;
    this.head = 0;
    this.state = run.initial;
  }
  at(address) {
    return this.cells.get(address) ?? 0;
  }
  rule(index) {
    return this.run.rules[this.path[index]];
  }
  get ended() {
    return this.index === this.run.steps;
  }
  get last() {
    return this.index ? this.path[this.index - 1] : undefined;
  }
  seek(index) {
    while (this.index < index) this.forward();
    while (this.index > index) this.back();
  }
  forward() {
    const [, , write, move, next] = this.rule(this.index++);
    this.cells.set(this.head, write);
    this.written = this.head;
    this.head += SHIFT[move];
    this.state = next;
  }
  back() {
    const [state, read, , move] = this.rule(--this.index);
    this.head -= SHIFT[move];
    this.cells.set(this.head, read);
    this.state = state;
    this.written = this.index ? this.head - SHIFT[this.rule(this.index - 1)[3]] : undefined;
  }
}

// The whole run: the rule that each step takes, the head before each, and the cells between which all happens.
function play(run) {
  const width = run.symbols.length;
  const numbers = new Map(run.rules.map(([state, read], number) => [state * width + read, number]));
  const path = new Uint32Array(run.steps);
  const heads = new Int32Array(run.steps + 1);
  const tape = new Tape(run, path);
  let low = 0;
  let high = Math.max(run.word.length - 1, 0);
  while (!tape.ended) {
    path[tape.index] = numbers.get(tape.state * width + tape.at(tape.head));
    tape.forward();
    heads[tape.index] = tape.head;
    low = Math.min(low, tape.head);
    high = Math.max(high, tape.head);
  }
  return { path, heads, low, high, state: tape.state, symbol: tape.at(tape.head) };
}

const played = new WeakMap(); // all views of a run share what it did

function courseOf(run) {
  if (!played.has(run)) played.set(run, play(run));
  return played.get(run);
}

// The steps to stop at, in order: a breakpoint is [state, symbol, cell], null where that does not matter.
function findStops(run, points) {
  const { path, heads, state, symbol } = courseOf(run);
  const met = (wanted, value) => wanted === null || wanted === value;
  const stops = [];
  for (let step = 0; step <= run.steps; step++) {
    const [here, read] = step < run.steps ? run.rules[path[step]] : [state, symbol];
    const cell = heads[step];
    if (points.some(([one, reads, at]) => met(one, here) && met(reads, read) && met(at, cell))) stops.push(step);
  }
  return stops;
}

const known = new WeakMap(); // a list of breakpoints is never changed, only replaced

function stopsOf(run, points) {
  if (!points.length) return points;
  const kept = known.get(points);
  if (kept?.run === run) return kept.stops;
  const stops = findStops(run, points);
  known.set(points, { run, stops });
  return stops;
}

// How many of the steps, which are in order, lie before one.
function countBefore(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The first step from `from` to `to`, without `from` itself, at which a breakpoint stops; undefined for none.
function nextStop(run, points, from, to) {
  const stops = stopsOf(run, points);
  const stop = to > from ? stops[countBefore(stops, from + 1)] : stops[countBefore(stops, from) - 1];
  return (to > from ? stop <= to : stop >= to) ? stop : undefined;
}

function isStop(run, points, step) {
  const stops = stopsOf(run, points);
  return stops[countBefore(stops, step)] === step;
}

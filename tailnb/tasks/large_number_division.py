"""Large number division: the whole quotient and the exact remainder of two decimal numbers of any length.

Cells are indexed by power of ten, and both numbers are read down to the lowest place that either has, a blank
counting as 0: that scales both to whole numbers. {read,p} joins the divisor's digits, m[1]; the last one sees
where the rest waits, left of a's first digit. {times,p,k} makes the multiples m[k] up to 9. Long division
follows: {down,p} brings down one digit to the rest, {fit,p,k} finds out if m[k] fits into it, {take,p,k}
subtracts the largest that does. In the end the rest gets its point back.

An operand is a whole number here, not a digit: one state compares, adds or subtracts two of them.

>>> from tailnb import task
>>> problem = task("large_number_division").problem(a="9.5", b="4")
>>> problem.answer
'2 remainder 1.5'
>>> print(problem.trace().text())
Tape: a[1]=_, a[0]=9, a[-1]=5, a[-2]=_, b[1]=_, b[0]=4, b[-1]=_, m[1]=0, rest[1]=0
{read,0}: fetch a[0]=9, b[0]=4, m[1]=0; append(m[1], b[0]); write m[1]=4; goto {read,-1}
{read,-1}: fetch a[-1]=5, b[-1]=_, m[1]=4; append(m[1], b[-1]); write m[1]=40; goto {read,-2}
{read,-2}: fetch a[-2]=_, b[-1]=_, m[1]=40, rest[1]=0; stop(a[-2], b[-1], rest[1]); goto {times,0,2}
{times,0,2}: fetch m[1]=40, m[1]=40; add(m[1], m[1]); write m[2]=80; goto {times,0,3}
{times,0,3}: fetch m[2]=80, m[1]=40; add(m[2], m[1]); write m[3]=120; goto {times,0,4}
{times,0,4}: fetch m[3]=120, m[1]=40; add(m[3], m[1]); write m[4]=160; goto {times,0,5}
{times,0,5}: fetch m[4]=160, m[1]=40; add(m[4], m[1]); write m[5]=200; goto {times,0,6}
{times,0,6}: fetch m[5]=200, m[1]=40; add(m[5], m[1]); write m[6]=240; goto {times,0,7}
{times,0,7}: fetch m[6]=240, m[1]=40; add(m[6], m[1]); write m[7]=280; goto {times,0,8}
{times,0,8}: fetch m[7]=280, m[1]=40; add(m[7], m[1]); write m[8]=320; goto {times,0,9}
{times,0,9}: fetch m[8]=320, m[1]=40; add(m[8], m[1]); write m[9]=360; goto {down,0}
{down,0}: fetch a[0]=9, b[0]=4, rest[1]=0; append(rest[1], a[0]); write rest[0]=9; goto {fit,0,1}
{fit,0,1}: fetch rest[0]=9, m[1]=40; exceeds(rest[0], m[1]); write q[0]=0; goto {down,-1}
{down,-1}: fetch a[-1]=5, b[-1]=_, rest[0]=9; append(rest[0], a[-1]); write rest[-1]=95; goto {fit,-1,1}
{fit,-1,1}: fetch rest[-1]=95, m[1]=40; fits(rest[-1], m[1]); goto {fit,-1,2}
{fit,-1,2}: fetch rest[-1]=95, m[2]=80; fits(rest[-1], m[2]); goto {fit,-1,3}
{fit,-1,3}: fetch rest[-1]=95, m[3]=120; exceeds(rest[-1], m[3]); write q[-1]=2; goto {take,-1,2}
{take,-1,2}: fetch rest[-1]=95, m[2]=80; subtract(rest[-1], m[2]); write rest[-1]=15; goto {down,-2}
{down,-2}: fetch a[-2]=_, b[-1]=_, rest[-1]=15; unscale(rest[-1]); write rest[-2]=1.5; goto halt
Final answer: 2 remainder 1.5
"""

from __future__ import annotations

from decimal import Context, Decimal
from random import Random

from tailnb.tasks import _decimals
from tailnb.traces import BLANK, HALT, SPACE, Tape

ORDER = 2
TITLE = "Large Number Division"
ALGORITHM = "Simulation"
LENGTHS = {"S": (2, 5), "M": (6, 10), "L": (11, 20)}
PARAMS = ("a", "b")
MOST_DIGITS = 1000  # Python writes integers of at most 4300 digits, and scaling doubles them

Ends = dict[str, tuple[int, int]]  # of each number: the places of the blanks around it

length, problem_space, words = _decimals.length, _decimals.problem_space, _decimals.words


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """Two numbers of low to high digits, the lengths drawn separately; half of them with a point.

    Nine times in ten the larger one is divided by the other, so that few quotients are 0.
    """
    a, b = (_draw(rng, low, high) for _ in "ab")
    if rng.random() < 0.9 and Decimal(a) < Decimal(b):
        a, b = b, a
    return {"a": a, "b": b}


def _draw(rng: Random, low: int, high: int) -> str:
    while True:
        number = _decimals.draw(rng, rng.randint(low, high), point=rng.random() < 0.5)
        if number.strip("0."):
            return number


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless a and b are canonical decimal strings without a sign, and b is not zero."""
    for name, value in params.items():
        _decimals.require(name, value, signed=False)
        if _decimals.count(value) > MOST_DIGITS:
            raise ValueError(f"{name} must have at most {MOST_DIGITS} digits, not {_decimals.count(value)}")
    if not params["b"].strip("0."):
        raise ValueError(f"b must not be zero, but is {params['b']!r}")


def run(tape: Tape, a: str, b: str) -> None:
    """Read the divisor, make its multiples, then find the quotient digit by digit."""
    lowest = -max(_decimals.fraction(a), _decimals.fraction(b))
    ends: Ends = {}
    for name, number in (("a", a), ("b", b)):
        cells = _decimals.cells(number, lowest=lowest - 1)
        tape.place(name, cells)
        ends[name] = min(cells), max(cells)
    highest = ends["a"][1] - 1
    tape.place("m", {1: 0})
    tape.place("rest", {highest + 1: 0})
    tape.homes = ("rest", "m")
    _run_divisor(tape, ends, lowest, highest)
    _run_multiples(tape, highest)
    _run_digits(tape, ends, lowest, highest)


def _heads(ends: Ends, place: int) -> list[str]:
    """The cells of a and b at a place; the head of a number that has ended waits on its blank."""
    return [f"{name}[{max(min(place, high), low)}]" for name, (low, high) in ends.items()]


def _append(number: int, digit: int | str) -> int:
    return 10 * number + (0 if digit == BLANK else int(digit))


def _run_divisor(tape: Tape, ends: Ends, lowest: int, highest: int) -> None:
    for place in range(ends["b"][1] - 1, lowest - 2, -1):
        with tape.state(f"{{read,{place}}}"):
            heads = _heads(ends, place)
            x, y, divisor = tape.read(*heads, "m[1]")
            if x == y == BLANK:
                tape.read(f"rest[{highest + 1}]")
                tape.do("stop", *heads, f"rest[{highest + 1}]")
                tape.goto(f"{{times,{highest},2}}")
                break
            tape.do("append", "m[1]", heads[1])
            tape.write("m[1]", _append(divisor, y))
            tape.goto(f"{{read,{place - 1}}}")


def _run_multiples(tape: Tape, highest: int) -> None:
    for k in range(2, 10):
        with tape.state(f"{{times,{highest},{k}}}"):
            multiple, divisor = tape.read(f"m[{k - 1}]", "m[1]")
            tape.do("add")
            tape.write(f"m[{k}]", multiple + divisor)
            tape.goto(f"{{times,{highest},{k + 1}}}" if k < 9 else f"{{down,{highest}}}")


def _run_digits(tape: Tape, ends: Ends, lowest: int, highest: int) -> None:
    quotient: dict[str, int] = {}
    for place in range(highest, lowest - 2, -1):
        remainder = _bring_down(tape, ends, place, lowest)
        if remainder is not None:
            _answer(tape, quotient, f"rest[{place}]", remainder)
            return
        quotient[f"q[{place}]"] = _run_digit(tape, place)


def _bring_down(tape: Tape, ends: Ends, place: int, lowest: int) -> str | None:
    """Append the digit of a place to the rest; when there is none, give the remainder instead."""
    before, now = f"rest[{place + 1}]", f"rest[{place}]"
    with tape.state(f"{{down,{place}}}"):
        heads = _heads(ends, place)
        x, y, rest = tape.read(*heads, before)
        if x == y == BLANK:
            remainder = _unscale(str(rest), -lowest)
            tape.do("unscale", before)
            tape.write(now, remainder)
            tape.goto(HALT)
            return remainder
        tape.do("append", before, heads[0])
        tape.write(now, _append(rest, x))
        tape.goto(f"{{fit,{place},1}}")
    return None


def _unscale(number: str, places: int) -> str:
    """A whole number with its point moved left, without zeros at the end."""
    if not places:
        return number
    digits = number.zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def _run_digit(tape: Tape, place: int) -> int:
    """Find the quotient's digit of a place, and subtract that multiple of the divisor."""
    digit, fits = 0, True
    while fits and digit < 9:
        with tape.state(f"{{fit,{place},{digit + 1}}}"):
            rest, multiple = tape.read(f"rest[{place}]", f"m[{digit + 1}]")
            fits = rest >= multiple
            digit += fits
            tape.do("fits" if fits else "exceeds")
            if fits and digit < 9:
                tape.goto(f"{{fit,{place},{digit + 1}}}")
            else:
                tape.write(f"q[{place}]", digit)
                tape.goto(f"{{take,{place},{digit}}}" if digit else f"{{down,{place - 1}}}")
    if digit:
        with tape.state(f"{{take,{place},{digit}}}"):
            rest, multiple = tape.read(f"rest[{place}]", f"m[{digit}]")
            tape.do("subtract")
            tape.write(f"rest[{place}]", rest - multiple)
            tape.goto(f"{{down,{place - 1}}}")
    return digit


def _answer(tape: Tape, quotient: dict[str, int], rest: str, remainder: str) -> None:
    cells = list(quotient)
    while len(cells) > 1 and not quotient[cells[0]]:
        del cells[0]
    whole = "".join(str(quotient[cell]) for cell in cells)
    tape.answer(f"{whole} remainder {remainder}", [*cells, SPACE, "remainder", SPACE, rest])


def reference(a: str, b: str) -> str:
    """The whole quotient and the remainder, by decimal arithmetic that is precise enough."""
    context = Context(prec=len(a) + len(b))
    quotient, remainder = context.divmod(Decimal(a), Decimal(b))
    return f"{quotient:f} remainder {context.normalize(remainder):f}"


TEMPLATES = [
    'Divide {a} by {b}. Give the whole quotient and the exact remainder as "q remainder r".',
    '{a} / {b} = ? Answer with a whole quotient and a remainder: "q remainder r".',
    'What are the whole quotient and the exact remainder of {a} divided by {b}? Write "q remainder r".',
    'divmod({a}, {b}), written as "quotient remainder rest":',
    'How many whole times does {b} go into {a}, and what is left over? Say it as "n remainder r".',
    'A rope of {a} metres is cut into pieces of {b} metres. Pieces and rest, as "pieces remainder rest"?',
    'Use long division on {a} and the divisor {b}; give the result as "q remainder r" with a whole q.',
    'A baker has {a} kilos of flour; a batch takes {b}. Full batches and flour left, as "n remainder r"?',
    'Find the whole number q and the smallest r >= 0 with {a} = q * {b} + r. Answer "q remainder r".',
    'Split {a} into as many equal parts of {b} as fit. Answer "parts remainder rest", exactly.',
    'Dividend: {a}. Divisor: {b}. Whole quotient and exact remainder, as "q remainder r":',
    'A tank holds {a} litres and a bucket {b}. How many full buckets, and what rest? "n remainder r".',
    'Compute {a} divided by {b} without decimals in the quotient: "quotient remainder rest".',
    'An account holds {a}, and a ticket costs {b}. Tickets bought and money left, as "n remainder r"?',
    'Let x = {a} and y = {b}. State floor(x / y) and x mod y in the form "floor remainder mod".',
    'Take {b} away from {a} as often as possible. How often, and what remains? "n remainder r".',
    'Without rounding, divide {a} by {b}; the quotient is a whole number. Form: "q remainder r".',
    'A machine runs {a} hours in shifts of {b} hours. Whole shifts and hours over: "n remainder r".',
    'Give the integer part of {a} / {b} and the exact remainder, separated by the word "remainder".',
    'Please carry out the division {a} : {b} and report it as "whole quotient remainder rest".',
    'When {a} is divided by {b}, which whole quotient and which remainder appear? "q remainder r".',
    'A walker covers {a} kilometres in stages of {b}. Full stages and what is left, as "n remainder r"?',
    '{a} mod {b}, together with the whole quotient in front: "quotient remainder rest".',
]

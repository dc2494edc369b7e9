"""Compare numbers: which of two signed decimal numbers is larger.

The signs come first. Then one state compares one pair of characters, from the left: while both whole parts
go on, the first difference is kept, but the longer whole part is the larger number; behind the point the
first difference decides, and a number that has ended counts as zeros.

>>> from tailnb import task
>>> problem = task("compare_numbers").problem(a="-4.21", b="-4.3")
>>> problem.answer
'>'
>>> print(problem.trace().text())
Tape: a[0]=4, a[1]=., a[2]=2, a[3]=1, a[4]=_, b[0]=4, b[1]=., b[2]=3, b[3]=_, sign_a=-, sign_b=-
{sign}: fetch sign_a=-, sign_b=-; same(sign_a, sign_b); write order=equal; goto {whole,0}
{whole,0}: fetch a[0]=4, b[0]=4, order=equal; keep(a[0], b[0], order); goto {whole,1}
{whole,1}: fetch a[1]=., b[1]=., order=equal; keep(a[1], b[1], order); goto {places,2}
{places,2}: fetch a[2]=2, b[2]=3, order=equal; less(a[2], b[2], order); write order=less; goto {end}
{end}: fetch sign_a=-, order=less; flip(sign_a, order); write order=greater; goto halt
Final answer: >
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tailnb.tasks import _decimals
from tailnb.traces import BLANK, HALT, Tape

ORDER = 5
TITLE = "Compare Numbers"
ALGORITHM = "Simulation"
LENGTHS = {"S": (5, 10), "M": (11, 20), "L": (21, 50)}
PARAMS = ("a", "b")

ANSWERS = {"less": "<", "equal": "=", "greater": ">"}
ENDS = (".", BLANK)
FLIPPED = {"less": "greater", "equal": "equal", "greater": "less"}

length, problem_space, words = _decimals.length, _decimals.problem_space, _decimals.words


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """Two numbers of low to high digits; most share a first part, so that the whole length must be read."""
    a = _decimals.draw(rng, rng.randint(low, high), point=rng.random() < 0.5)
    kind = rng.choices(["prefix", "free", "longer"], weights=[70, 20, 10])[0]
    if kind == "prefix":
        b = _change(rng, a)
    elif kind == "longer" and low <= _decimals.count(a) < high:
        b = _lengthen(rng, a)
    else:
        b = _decimals.draw(rng, rng.randint(low, high), point=rng.random() < 0.5)
    signs = rng.choices([("", ""), ("-", "-"), ("-", ""), ("", "-")], weights=[60, 30, 5, 5])[0]
    a, b = (sign + n if n.strip("0.") else n for sign, n in zip(signs, (a, b), strict=True))
    return {"a": a, "b": b}


def _change(rng: Random, number: str) -> str:
    """The number with new digits from a random place on; unchanged when that place is its end."""
    start = rng.randint(0, len(number))
    tail = [rng.choice("0123456789") if c.isdigit() else c for c in number[start:]]
    changed = number[:start] + "".join(tail)
    return changed if _decimals.CANONICAL.fullmatch(changed) else number


def _lengthen(rng: Random, number: str) -> str:
    """The number with one digit more: ten times larger, or with one more place."""
    return number + rng.choice("0123456789") if "." in number else f"{rng.randint(1, 9)}{number}"


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless a and b are canonical decimal strings."""
    for name, value in params.items():
        _decimals.require(name, value, signed=True)


def run(tape: Tape, a: str, b: str) -> None:
    """Compare the signs, then character by character; two negative numbers turn the order round."""
    numbers = {"a": a.lstrip("-"), "b": b.lstrip("-")}
    for name, number in numbers.items():
        tape.place(name, [*number, BLANK])
    for name, number in (("sign_a", a), ("sign_b", b)):
        tape.place(name, "-" if number.startswith("-") else "+")
    with tape.state("{sign}"):
        sign_a, sign_b = tape.read("sign_a", "sign_b")
        order = "equal" if sign_a == sign_b else "less" if sign_a == "-" else "greater"
        tape.do("same" if order == "equal" else order)
        tape.write("order", order)
        tape.goto("{whole,0}" if order == "equal" else HALT)
    if order == "equal":
        _run_digits(tape, numbers)
        order = _run_end(tape)
    tape.answer(ANSWERS[order])


def _run_digits(tape: Tape, numbers: dict[str, str]) -> None:
    part, place, going = "whole", 0, True
    while going:
        with tape.state(f"{{{part},{place}}}"):
            x, y, order = tape.read(
                *(f"{n}[{min(place, len(text))}]" for n, text in numbers.items()), "order"
            )
            verdict, part, going = _compare(x, y, order, part)
            tape.do(verdict)
            if verdict != "keep":
                tape.write("order", verdict)
            place += 1
            tape.goto(f"{{{part},{place}}}" if going else "{end}")


def _compare(x: str, y: str, order: str, part: str) -> tuple[str, str, bool]:
    """What one pair of characters says: a verdict or "keep", the part that follows, and if to go on."""
    x_ends, y_ends = x in ENDS, y in ENDS
    if part == "whole" and x_ends != y_ends:
        return "less" if x_ends else "greater", part, False
    if part == "whole" and x_ends:
        return "keep", "places", order == "equal" and (x, y) != (BLANK, BLANK)
    left, right = x.replace(BLANK, "0"), y.replace(BLANK, "0")
    if order == "equal" and left != right:
        return "less" if left < right else "greater", part, part == "whole"
    return "keep", part, (x, y) != (BLANK, BLANK)


def _run_end(tape: Tape) -> str:
    with tape.state("{end}"):
        sign, order = tape.read("sign_a", "order")
        tape.do("flip" if sign == "-" else "keep")
        if sign == "-":
            order = FLIPPED[order]
            tape.write("order", order)
        tape.goto(HALT)
    return str(order)


def reference(a: str, b: str) -> str:
    """The sign between the two numbers."""
    x, y = Decimal(a), Decimal(b)
    return "<" if x < y else "=" if x == y else ">"


TEMPLATES = [
    "Compare {a} and {b}: answer <, = or >.",
    "{a} ? {b} (fill in <, = or >)",
    "Which sign stands between {a} and {b}: <, = or >?",
    "Is {a} less than (<), equal to (=) or greater than (>) {b}?",
    "Put the right sign, <, = or >, between the numbers {a} and {b}.",
    "Account A stands at {a}, account B at {b}. How does A compare with B: <, = or >?",
    "Tell me whether {a} is <, = or > than {b}.",
    "The first thermometer shows {a} degrees, the second {b}. First ? second, with <, = or >.",
    "compare({a}, {b}) ->",
    "Let x = {a} and y = {b}. Which holds: x < y, x = y or x > y? Give the sign.",
    "Order these two numbers: {a} and {b}. Answer with the sign that belongs between them.",
    "Determine the relation of {a} to {b} (<, =, >).",
    "A diver is at {a} metres, another at {b}. Which sign belongs between the two heights?",
    "Choose < or = or > for: {a} _ {b}",
    "Given the decimal numbers {a} and {b}, state the comparison sign.",
    "Two runners differ from the record by {a} and {b} seconds. Write <, = or > between them.",
    "Left number: {a}. Right number: {b}. Left is <, = or > right?",
    "Without a calculator: {a} versus {b}. Sign?",
    "How does {a} compare to {b}? Use one of <, =, >.",
    "Which is it: {a} < {b}, {a} = {b}, or {a} > {b}? Give only the sign.",
    "A scale reads {a} on the left and {b} on the right. Left ? right (<, =, >)",
]

"""Any substring: the different substrings of a string, by where they start, then by length.

The recursion on (start, end), unrolled: state {start,end} makes the substring that was reached longer by
text[end]. A substring marks a cell of its own, such as seen_ab; when the mark is there already, the substring
is a duplicate and is not listed again. The blank behind the last letter leads back, to the next start.

>>> from tailnb import task
>>> problem = task("any_substring").problem(text="aa")
>>> problem.answer
'[a, aa]'
>>> print(problem.trace().text())
Tape: text[0]=a, text[1]=a, text[2]=_
{0,0}: fetch text[0]=a, word=_, seen_a=_; new(text[0], word, seen_a); write word=a, seen_a=1; goto {0,1}
{0,1}: fetch text[1]=a, word=a, seen_aa=_; new(text[1], word, seen_aa); write word=aa, seen_aa=1; goto {0,2}
{0,2}: fetch text[2]=_; back(text[2]); write word=_; goto {1,1}
{1,1}: fetch text[1]=a, word=_, seen_a=1; seen(text[1], word, seen_a); write word=a; goto {1,2}
{1,2}: fetch text[2]=_; back(text[2]); write word=_; goto {2,2}
{2,2}: fetch text[2]=_; stop(text[2]); goto halt
Final answer: [a, aa]
"""

from __future__ import annotations

from random import Random
from string import ascii_lowercase

from tailnb.traces import BLANK, HALT, Tape

ORDER = 6
TITLE = "Any Substring"
ALGORITHM = "Recursion"
LENGTHS = {"S": (3, 5), "M": (6, 9), "L": (10, 14)}
PARAMS = ("text",)
LONGEST = 50  # letters; as many different ones have 1,275 substrings


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """A string of low to high letters of 2 or more kinds: the fewer kinds, the more duplicates."""
    size = rng.randint(low, high)
    kinds = rng.sample(ascii_lowercase, rng.randint(2, size))
    letters = kinds + rng.choices(kinds, k=size - len(kinds))
    rng.shuffle(letters)
    return {"text": "".join(letters)}


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless text is 1 to LONGEST letters from a to z."""
    text = params["text"]
    if not isinstance(text, str):
        raise ValueError(f"text must be a string of letters, not {text!r}")
    for place, letter in enumerate(text):
        if letter not in ascii_lowercase:
            raise ValueError(f"text must hold letters a to z alone, but text[{place}] is {letter!r}")
    if not 1 <= len(text) <= LONGEST:
        raise ValueError(f"text must hold 1 to {LONGEST} letters, not {len(text)}")


def length(text: str) -> int:
    """The number of letters."""
    return len(text)


def problem_space(low: int, high: int) -> int:
    """How many strings with 2 kinds of letters or more there are."""
    kinds = len(ascii_lowercase)
    return sum(kinds**size - kinds for size in range(low, high + 1))


def run(tape: Tape, text: str) -> None:
    """Make the substring longer letter by letter; behind the last letter, go back for the next start."""
    tape.place("text", [*text, BLANK])
    found: list[str] = []
    start = end = 0
    done = False
    while not done and end <= LONGEST:
        with tape.state(f"{{{start},{end}}}"):
            letter = tape.read(f"text[{end}]")
            if letter != BLANK:
                _extend(tape, letter, found)
                end += 1
            elif start < end:
                tape.do("back")
                tape.write("word", BLANK)
                start = end = start + 1
            else:
                tape.do("stop")
                done = True
            tape.goto(HALT if done else f"{{{start},{end}}}")
    answer = f"[{', '.join(found)}]"
    tape.answer(answer, list(answer.replace(" ", "")))


def _extend(tape: Tape, letter: str, found: list[str]) -> None:
    """Append the letter to the word, and mark the word when it is new."""
    word = tape.read("word").replace(BLANK, "") + letter
    mark = f"seen_{word}"
    new = tape.read(mark) == BLANK
    tape.do("new" if new else "seen")
    tape.write("word", word)
    if new:
        tape.write(mark, 1)
        found.append(word)


def reference(text: str) -> str:
    """The substrings, each at its first place."""
    size = len(text)
    parts = [text[start:end] for start in range(size) for end in range(start + 1, size + 1)]
    return f"[{', '.join(dict.fromkeys(parts))}]"


def words(text: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"text": text}


TEMPLATES = [
    "List the different substrings of {text}, by starting place, then by length, as [a, ab, b].",
    "Which non-empty substrings does {text} have? Each once, by start, then from short to long: [x, xy, y]",
    'text = "{text}". All distinct contiguous substrings, ordered by first start, then by length:',
    "Write down every substring of {text} without repeats, by start and then by length, like [p, pq, q].",
    "list(dict.fromkeys(s[i:j] for i in range(len(s)) for j in range(i + 1, len(s) + 1))) for s = '{text}'",
    "From each letter of {text} in turn, write what can be read from there on, short to long; no repeats.",
    "Enumerate the distinct substrings of the string {text}: sort by first position, then by length.",
    "A window slides over the sign {text}. Which different texts can it show? By left edge, then by width.",
    "Give [..] with all the substrings of {text}, those from the first letter first, shorter ones before"
    " longer ones; leave out what is already listed.",
    "The beads on a string spell {text}. Cut out a piece: which pieces are possible? By start, then size;"
    " each once.",
    "Substrings of {text} (start ascending, then length ascending, duplicates dropped):",
    "Recursively extend from each start: what are the distinct substrings of {text}, in that order?",
    "A gene reads {text}. Name each fragment of neighbouring letters once, by start, then by length.",
    "Find all contiguous parts of {text}. Order: where they first start, then how long. No part twice.",
    "For s = {text}, form s[i..j] for i = 0, 1, … and j = i, i + 1, …; list each different one once.",
    "Someone types {text} and then erases letters at either end. What may be left? By start, then by"
    " length, without repeats, at least one letter.",
    "What are the unique substrings of {text}? Keep the order of (start, end) and write them as [a, ab, b].",
    "distinct_substrings({text}), ordered by (start, length) ->",
    "Please list each non-empty substring of {text} once, from the leftmost start on, short before long.",
    "The cars of a train are lettered {text}. Which runs of coupled cars are there? By first car, then by"
    " number of cars; write equal runs once.",
    "Which different words of consecutive letters can be read in {text}? Sort by first start, then length.",
    "Take {text}; from each place read 1, 2, 3, … letters, up to the end. Write down each new result.",
    "String: {text}. Task: all its different substrings in brackets, by place of first letter, then length.",
]

"""Word flip: a text reversed character by character, spaces included.

The tape gives every character an index. One state appends one character, from the last to the first, where a
blank says that the text has ended; the label {i,k} holds the index in the text and the one in the flipped
text. A space is shown as ␣.

>>> from tailnb import task
>>> problem = task("word_flip").problem(text="Go up")
>>> problem.answer
'pu oG'
>>> print(problem.trace().text())
Tape: text[-1]=_, text[0]=G, text[1]=o, text[2]=␣, text[3]=u, text[4]=p
{4,0}: fetch text[4]=p; append(text[4]); write flipped[0]=p; goto {3,1}
{3,1}: fetch text[3]=u; append(text[3]); write flipped[1]=u; goto {2,2}
{2,2}: fetch text[2]=␣; append(text[2]); write flipped[2]=␣; goto {1,3}
{1,3}: fetch text[1]=o; append(text[1]); write flipped[3]=o; goto {0,4}
{0,4}: fetch text[0]=G; append(text[0]); write flipped[4]=G; goto {-1,5}
{-1,5}: fetch text[-1]=_; stop(text[-1]); goto halt
Final answer: pu oG
"""

from __future__ import annotations

from random import Random
from string import ascii_lowercase

from tailnb.tasks import _words
from tailnb.traces import BLANK, HALT, SPACE, Tape

ORDER = 4
TITLE = "Word Flip"
ALGORITHM = "Simulation"
LENGTHS = {"S": (10, 20), "M": (21, 50), "L": (51, 100)}
PARAMS = ("text",)


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """A text of low to high characters: known and made-up words, the last one cut where the text ends."""
    size = rng.randint(low, high)
    text = _words.draw(rng, size // 2 + 1)[:size]
    return {"text": text[:-1] + rng.choice(ascii_lowercase) if text.endswith(" ") else text}


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless text is words joined by single spaces."""
    _words.require(params["text"])


def length(text: str) -> int:
    """The number of characters."""
    return len(text)


def problem_space(low: int, high: int) -> int:
    """Fewer than there are: texts of the greatest length, with made-up words between the same spaces."""
    return int(26 ** (high // 2))


def run(tape: Tape, text: str) -> None:
    """Append the characters {i,k} from the last to the first, until the blank before the first one."""
    size = len(text)
    tape.place("text", dict(enumerate([BLANK, *_words.characters(text)], start=-1)))
    tape.homes = ("text", "flipped")
    flipped: dict[str, str] = {}
    for k in range(size + 1):
        i = size - 1 - k
        with tape.state(f"{{{i},{k}}}"):
            character = tape.read(f"text[{i}]")
            if character == BLANK:
                tape.do("stop")
                tape.goto(HALT)
                break
            tape.do("append")
            flipped[f"flipped[{k}]"] = character
            tape.write(f"flipped[{k}]", character)
            tape.goto(f"{{{i - 1},{k + 1}}}")
    tape.answer("".join(flipped.values()).replace(SPACE, " "), list(flipped))


def reference(text: str) -> str:
    """The text backwards."""
    return text[::-1]


def words(text: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"text": text}


TEMPLATES = [
    'Reverse the text "{text}" character by character.',
    'Write "{text}" backwards, spaces included.',
    "Flip this text, from its last character to its first: {text}",
    'reverse("{text}") ->',
    'What is "{text}" when read from right to left?',
    '"{text}"[::-1]',
    'Spell the sentence "{text}" in reverse, letter by letter, keeping capitals, marks and spaces.',
    'A stamp carries its text from the last character to the first. What is carved to print "{text}"?',
    'Give the characters of "{text}" in the opposite order, as one text.',
    'Turn round the string "{text}" so that its last character comes first.',
    'Text: "{text}" Reversed text:',
    'A robot speaks every sentence backwards, character by character. How does it say "{text}"?',
    'Which string do you get by reversing all the characters of "{text}"?',
    'Let s = "{text}". Write s backwards.',
    'A train of letters and spaces, "{text}", leaves the station the other way round. What does it spell?',
    'Reverse "{text}" as a whole, the letters inside the words included.',
    'Return the reversal of the string "{text}".',
    'A secret note is written by reversing "{text}" as a whole. What does the note say?',
    'Read "{text}" from the end to the beginning and write down each character as you meet it.',
    'The reverse of "abc d" is "d cba". What is the reverse of "{text}"?',
    "Mirror the following characters, blanks too, from last to first: {text}",
    'Starting with its final character, copy out "{text}" in reverse.',
    'Please flip "{text}" end to end, one character at a time.',
]

"""Count letters: how often a letter stands in a text, upper and lower case alike.

One state looks at one character and counts it if it is the letter; a space is shown as ␣, and a blank behind
the last character says that the text has ended.

>>> from tailnb import task
>>> problem = task("count_letters").problem(text="At, a", letter="a")
>>> problem.answer
'2'
>>> print(problem.trace().text())
Tape: text[0]=A, text[1]=t, text[2]=",", text[3]=␣, text[4]=a, text[5]=_, letter=a, count=0
{0}: fetch text[0]=A, letter=a, count=0; match(text[0], letter, count); write count=1; goto {1}
{1}: fetch text[1]=t, letter=a, count=1; differ(text[1], letter); goto {2}
{2}: fetch text[2]=",", letter=a, count=1; differ(text[2], letter); goto {3}
{3}: fetch text[3]=␣, letter=a, count=1; differ(text[3], letter); goto {4}
{4}: fetch text[4]=a, letter=a, count=1; match(text[4], letter, count); write count=2; goto {5}
{5}: fetch text[5]=_, letter=a, count=2; stop(text[5]); goto halt
Final answer: 2
"""

from __future__ import annotations

from random import Random
from string import ascii_letters, ascii_lowercase

from tailnb.tasks import _words
from tailnb.traces import BLANK, HALT, Tape

ORDER = 11
TITLE = "Count Letters"
ALGORITHM = "Enumeration"
LENGTHS = {"S": (2, 6), "M": (7, 10), "L": (11, 20)}
PARAMS = ("text", "letter")


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """A text of low to high words; the letter of a random place in it or, one time in ten, any letter."""
    text = _words.draw(rng, rng.randint(low, high))
    inside = [character for character in text.lower() if character in ascii_lowercase]
    return {"text": text, "letter": rng.choice(inside if rng.random() < 0.9 else ascii_lowercase)}


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless text is words joined by single spaces and letter one letter."""
    _words.require(params["text"])
    letter = params["letter"]
    if not isinstance(letter, str) or len(letter) != 1 or letter not in ascii_letters:
        raise ValueError(f"letter must be one letter, a to z or A to Z, not {letter!r}")


def length(text: str, letter: str) -> int:
    """The number of words."""
    return text.count(" ") + 1


def problem_space(low: int, high: int) -> int:
    """Fewer than there are: texts of as many made-up words as can be, all of them long ones."""
    return int(26 ** (_words.LONGEST * high))


def run(tape: Tape, text: str, letter: str) -> None:
    """Look at character {i} and count it if it is the letter, until the blank behind the last one."""
    tape.place("text", [*_words.characters(text), BLANK])
    tape.place("letter", letter)
    tape.place("count", 0)
    tape.points, tape.rulers = {"count": "number"}, {"number": len(text) + 1}
    for i in range(len(text) + 1):
        with tape.state(f"{{{i}}}"):
            cell = f"text[{i}]"
            character, wanted, count = tape.read(cell, "letter", "count")
            if character == BLANK:
                tape.do("stop", cell)
                tape.goto(HALT)
                break
            if character.lower() == wanted.lower():
                tape.do("match")
                tape.write("count", count + 1)
            else:
                tape.do("differ", cell, "letter")
            tape.goto(f"{{{i + 1}}}")
    tape.answer(str(count), ["count"])


def reference(text: str, letter: str) -> str:
    """How often the letter stands in the text."""
    return str(text.lower().count(letter.lower()))


def words(text: str, letter: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"text": text, "letter": letter}


TEMPLATES = [
    'How many times does the letter {letter} occur in "{text}"? Ignore case.',
    'Count the letter {letter}, upper and lower case alike, in: "{text}"',
    'How many {letter}\'s are there in "{text}", capitals included?',
    '"{text}".lower().count("{letter}".lower()) =',
    'In the sentence "{text}", how often do you find {letter}, be it a capital or not?',
    'Number of {letter} (either case) in "{text}":',
    'Count, without regard to case, all occurrences of "{letter}" in the text "{text}".',
    'A printer sets the line "{text}" by hand. How many pieces of type show {letter}, large or small?',
    'A tile game: someone lays the words "{text}". How many tiles bear the letter {letter}, in either case?',
    'Go through "{text}" letter by letter. How many of them are {letter}, whether upper or lower case?',
    'Say how often {letter} appears in "{text}"; upper and lower case count as the same letter.',
    'count_letters("{text}", "{letter}", ignore_case=True) -> ?',
    'A sign painter charges a coin for each letter {letter}, big or small. How many coins for "{text}"?',
    'Let s = "{text}". How many characters of s equal {letter} when case is ignored?',
    'Look for {letter} in "{text}", case-insensitively, and give the number of hits.',
    'On the {letter} key of a typewriter, how many strokes does "{text}" take? Capitals use the same key.',
    'Letter: {letter}. Text: "{text}". Count, treating upper and lower case alike:',
    'A child circles every {letter}, capital or small, in the sentence "{text}". How many circles are drawn?',
    'Find the frequency of the letter {letter} (ignoring case) within "{text}".',
    'What is the count of {letter} among all the letters of "{text}", capital letters counted too?',
    'Tell me the number of times {letter} is used in "{text}". Case does not matter.',
    'If every {letter} of "{text}" were struck out, large or small, how many letters would go?',
    'How many letters of "{text}" are {letter}, written large or small?',
]

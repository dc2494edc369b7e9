"""A task file as a learner may write it."""

VOWELS = '''"""Vowels: how many vowels a word has, counted letter by letter."""

from tailnb.traces import BLANK, HALT

TITLE = "Vowels"
ALGORITHM = "Enumeration"
LENGTHS = {"S": (2, 5), "M": (6, 9), "L": (10, 20)}
PARAMS = ("word",)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sample(rng, low, high):
    return {"word": "".join(rng.choices(LETTERS, k=rng.randint(low, high)))}


def validate(params):
    word = params["word"]
    if not isinstance(word, str) or not word or set(word) - set(LETTERS):
        raise ValueError(f"word must be letters from a to z, not {word!r}")


def length(word):
    return len(word)


def problem_space(low, high):
    return sum(26**n for n in range(low, high + 1))


def run(tape, word):
    tape.place("word", [*word, BLANK])
    tape.place("count", 0)
    for place in range(len(word) + 1):
        with tape.state(f"{{{place}}}"):
            letter, count = tape.read(f"word[{place}]", "count")
            if letter == BLANK:
                tape.do("stop")
                tape.goto(HALT)
            else:
                vowel = letter in "aeiou"
                tape.do("vowel" if vowel else "consonant")
                tape.write("count", count + vowel)
                tape.goto(f"{{{place + 1}}}")
    tape.answer(str(count), ["count"])


def reference(word):
    return str(sum(word.count(vowel) for vowel in "aeiou"))


def words(word):
    return {"word": word}


ASKED = ("How many vowels are in {word}?", "Count the vowels of {word}.", "{word}: number of vowels?")
PLEASE = ("", "Please: ", "Tell me: ", "Quick: ", "Now: ", "A question. ", "Task. ")
TEMPLATES = [f"{please}{asked}" for please in PLEASE for asked in ASKED]
'''

from hypothesis import strategies as st

from references.machines import BEAVERS, HALTING

BAD = [
    ("bb6", ""),
    ("palindrom", "aba"),
    ("", ""),
    ("1RB1LB_1LA1RX", ""),
    ("increment", "102"),
    ("palindrome", "ab "),
    ("bb2", "0"),
    ("parity", ["1"]),
    (None, "1"),
    ("1RA1RA", ""),
    ("1RB1RA_1LA---", ""),
]


def simulate(text: str, word: str, limit: int) -> tuple[str | None, int]:
    """What a machine in that notation leaves, and its steps; None for the word when it goes on and on."""
    rows = [[row[k : k + 3] for k in range(0, len(row), 3)] for row in text.split("_")]
    tape = {at: int(symbol) for at, symbol in enumerate(word)}
    state, head, steps = 0, 0, 0
    while state < len(rows):
        rule = rows[state][tape.get(head, 0)]
        if rule == "---":
            return "no_rule", steps + 1
        if steps == limit:
            return None, steps
        tape[head], state = int(rule[0]), ord(rule[2]) - ord("A")
        head, steps = head + (1 if rule[1] == "R" else -1), steps + 1
    used = [at for at, symbol in tape.items() if symbol]
    return "".join(str(tape.get(at, 0)) for at in range(min(used), max(used) + 1)) if used else "0", steps


def library(machine: str, word: str) -> str:
    if machine in HALTING:
        left = HALTING[machine](word)
        return "no_rule" if left is None else left or "_"
    published, *_ = BEAVERS.get(machine, (machine,))
    left, _ = simulate(published, word, 10**6)
    assert left is not None
    return left


RULE = st.just("---") | st.builds(
    "".join, st.tuples(st.sampled_from("01"), st.sampled_from("LR"), st.sampled_from("ABZ"))
)
OWN = st.fixed_dictionaries(
    {
        "machine": st.lists(RULE, min_size=4, max_size=4)
        .filter(lambda rules: set(rules) != {"---"})
        .map(lambda rules: "{}{}_{}{}".format(*rules)),
        "word": st.text("1", max_size=5),
    }
).filter(lambda own: simulate(own["machine"], own["word"], 300)[0] is not None)
BINARY = st.fixed_dictionaries(
    {"machine": st.sampled_from(["increment", "parity"]), "word": st.text("01", max_size=12)}
)
LETTERS = st.fixed_dictionaries({"machine": st.just("palindrome"), "word": st.text("ab", max_size=12)})
PARAMS = OWN | BINARY | LETTERS

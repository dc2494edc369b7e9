"""The machine editor: a machine as a table of rules, or as text in any format, beside its tape player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from tailnb.machines import MachineError, TuringMachine
from tailnb.machines.counted import counted
from tailnb.machines.formats import formats
from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.beside import Beside
from tailnb.views.player import TapePlayer
from tailnb.views.sources import TABLE, Source, best, detected, fault, machine_in, source_in, text_source
from tailnb.views.visible import visible

SHOWN = 60  # characters of the word that is left on the tape


class EditorPane(anywidget.AnyWidget):
    """What is typed into, and what is said about it; `MachineEditor` has the sense of it.

    ``_source`` holds the form ("table", or a format's name), and the text or the table; ``_answer`` the
    fault, with its place, or what the machine does.
    """

    _esm = read("common.js", "kernel.js", "text.js", "grid.js", "editor.js")
    _css = read("theme.css", "editor.css")

    _forms = traitlets.List(traitlets.Tuple()).tag(sync=True)
    _source = traitlets.Dict().tag(sync=True)
    _answer = traitlets.Dict().tag(sync=True)

    def static_html(self) -> str:
        """What is typed, as HTML."""
        source = self._source
        if source["form"] == TABLE:
            return static.details("The machine's rules", static.rules(source["rows"]))
        title = dict(self._forms)[source["form"]]
        return static.details(f"The machine as {title}", static.text(source["text"]))


class MachineEditor(Beside):
    """A machine to edit, beside the `TapePlayer` that runs it at once.

    Arguments:
        machine: a TuringMachine, or the text of one in any format that `parse` reads.
        word: the input.
        max_steps: how many steps at most the player plays.

    While a person types, the kernel reads: a fault is shown at its line or rule, and the player keeps the
    last machine that had none, which is ``machine``. ``player`` is the player, ``text`` what is typed.
    Raises MachineError for a text that is no machine, and for a word with a foreign symbol.
    """

    def __init__(
        self,
        machine: TuringMachine | str,
        word: str | Sequence[str] = "",
        *,
        max_steps: int = 100_000,
    ) -> None:
        source = text_source(machine) if isinstance(machine, str) else source_in(machine, best(machine))
        first = machine_in(source) if isinstance(machine, str) else machine
        self.player = TapePlayer(first, word, max_steps=max_steps)
        typed = word if isinstance(word, str) else "".join(word)
        forms = [(TABLE, "table of rules"), *((name, form.TITLE) for name, form in formats().items())]
        self.pane = EditorPane(_forms=forms, _source={**source, "word": typed}, _answer=self._ending())
        self._word = typed
        self._written = first  # the machine that the source was written from, until it is edited
        super().__init__(self.pane, self.player, widths=(330, 480))
        self.pane.on_msg(self._asked)

    @property
    def machine(self) -> TuringMachine:
        """The last machine without a fault, which the player runs."""
        return self.player.machine

    @property
    def text(self) -> str:
        """What is typed; of a table, its rules in columns."""
        source = self.pane._source
        return self.machine.table() if source["form"] == TABLE else str(source["text"])

    def __repr__(self) -> str:
        return f"<MachineEditor {self.machine!r}>"

    def _asked(self, pane: Any, content: Any, buffers: Any) -> None:
        """Do what the front end asks, and say so: take what was typed, write it in another form, or draw."""
        if "source" in content:
            self._take(content["source"])
        if "form" in content:
            self._rewrite(content["form"])
        if "draw" in content:
            self.player.draw()
        pane.send("here")

    def _take(self, source: Source) -> None:
        """Run what was typed, or say what is wrong with it."""
        source = detected(source)
        try:
            machine = machine_in(source)
        except (MachineError, ModuleNotFoundError) as error:  # some formats need a package
            answer = fault(error, source)
        else:
            if {**source, "word": ""} != {**self.pane._source, "word": ""}:
                self._written = machine
            answer = self._run(machine, source["word"])
        with self.pane.hold_sync():
            self.pane._source, self.pane._answer = source, answer

    def _run(self, machine: TuringMachine, word: str) -> dict[str, Any]:
        """Load the player, unless nothing has changed, such as after a new comment."""
        if (machine, word) == (self.machine, self._word):
            return self._ending()
        try:
            self.player.load(machine, word, draw=False)
        except MachineError as error:
            return {"fault": visible(str(error)), "field": "word"}
        self._word = word
        return self._ending()

    def _ending(self) -> dict[str, Any]:
        """What is said about a machine without a fault: how its run ends."""
        history = self.player.history
        left = history.end.word()
        shown = left if len(left) <= SHOWN else f"{left[:SHOWN]}…"
        steps = counted(history.steps, "step")
        tape = f"The tape holds {shown}" if left else "The tape is blank"
        return {"ending": visible(f"{steps}: {history.reason}. {tape}."), "outcome": history.outcome}

    def _rewrite(self, form: str) -> None:
        """Write the machine in another form; a fault stays, since its text would be lost."""
        if "fault" in self.pane._answer and self.pane._answer.get("field") != "word":
            self.pane._answer = {**self.pane._answer, "note": "Mend the fault first; its text would be lost."}
            return
        try:
            source = source_in(self._written, form)
        except (MachineError, ModuleNotFoundError) as error:
            self.pane._answer = {**self.pane._answer, "note": visible(str(error))}
            return
        written = self._written
        self._take({**source, "word": self.pane._source["word"]})
        self._written = written

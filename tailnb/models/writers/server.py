"""`ServerWriter`: any server that speaks OpenAI's protocol, such as vLLM, llama.cpp or a hosted one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tailnb.evaluation.lengths import counter
from tailnb.evaluation.outputs import printable
from tailnb.evaluation.writer import BASE, Writer, Written
from tailnb.models.writers.budgets import Budgets
from tailnb.models.writers.http import Client
from tailnb.models.writers.prompts import asked, first_answer
from tailnb.tasks import Problem


@dataclass(frozen=True, eq=False)
class ServerWriter(Writer):
    """A model behind a server.

    client: of the server. name: the model's, as the server calls it. method, style, without: what it was
    fine-tuned to write. chat: whether the prompt is a user's turn; by default only that of a "base" model is.
    tokenizer: the model's, to measure true texts with; without it a token a byte is allowed for.
    context: tokens that the model holds, if known; needs a tokenizer. max_tokens: a limit for every text.
    concurrency: requests at a time. more: further parameters for every request; None takes one away.

    Temperature 0 is asked for; a server may still apply what the model's generation_config.json says, such as
    a penalty for repetition (`vllm serve --generation-config vllm` does not).
    """

    client: Client
    name: str
    method: str = BASE
    style: str = "core"
    without: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    chat: bool | None = None
    tokenizer: Any = None
    context: int | None = None
    max_tokens: int | None = None
    concurrency: int = 16
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if type(self.concurrency) is not int or self.concurrency < 1:
            raise ValueError(f"concurrency must be a whole number from 1, not {self.concurrency!r}")
        if self.context is not None and self.tokenizer is None:
            raise ValueError("a context is of use only with a tokenizer, to count what is in it")

    @property
    def about(self) -> Mapping[str, Any]:
        """How the model is asked; not where."""
        endpoint = "chat" if self._chats else "completions"
        return {"endpoint": endpoint, "max_tokens": self.max_tokens, **self.more}

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, in the order in which the server has done with them.

        Raises ValueError, before the first text, for a prompt that does not fit into the context, and
        ConnectionError when a request fails for good, after the texts of the others under way.
        """
        bodies = [self._body(problem) for problem in problems]
        at_once = min(self.concurrency, max(len(bodies), 1))
        pool, stopped = ThreadPoolExecutor(at_once, "tailnb-server"), threading.Event()
        failure: BaseException | None = None
        try:
            places = {pool.submit(self._ask, body, stopped): at for at, body in enumerate(bodies)}
            for future in as_completed(places):
                if error := future.exception():
                    failure = failure or error
                    stopped.set()  # those that wait fail at once, those under way may still come
                    continue
                text, tokens, seconds, ended = future.result()
                yield Written(places[future], text, tokens, seconds / at_once, ended)
        finally:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
        if failure:
            raise failure

    @property
    def _chats(self) -> bool:
        return self.method == BASE if self.chat is None else self.chat

    @cached_property
    def _count(self) -> Callable[[str], int]:
        """Tokens of a text: no tokenizer of these models makes more than one of a byte."""
        return counter(self.tokenizer) if self.tokenizer is not None else lambda text: len(text.encode())

    @cached_property
    def _budget(self) -> Budgets:
        return Budgets(self, self._count, context=self.context, most=self.max_tokens)

    def _body(self, problem: Problem) -> dict[str, Any]:
        prompt = asked(self, problem)
        body: dict[str, Any] = {"model": self.name, "temperature": 0}
        body["max_tokens"] = self._budget(problem, self._count(prompt))
        if self._chats:
            body["messages"] = [{"role": "user", "content": prompt.rstrip("\n")}]
        else:
            body["prompt"] = prompt
        return {name: value for name, value in (body | dict(self.more)).items() if value is not None}

    def _ask(self, body: Mapping[str, Any], stopped: threading.Event) -> tuple[str, int | None, float, bool]:
        """The text, its tokens, the seconds that it took, and whether it came to its end."""
        if stopped.is_set():
            raise ConnectionError("not asked any more")
        started = time.perf_counter()
        answer = self.client.ask("chat/completions" if self._chats else "completions", body, stopped)
        seconds = time.perf_counter() - started
        text, tokens, ended = self._read(answer)
        return text, tokens, seconds, ended

    def _read(self, answer: Any) -> tuple[str, int | None, bool]:
        """The text in a server's answer. Raises ConnectionError where there is none."""
        try:
            choice = answer["choices"][0]
            text = choice["message"]["content"] if self._chats else choice["text"]
            tokens = (answer.get("usage") or {}).get("completion_tokens")
            ended = choice.get("finish_reason") != "length"
        except (LookupError, TypeError, AttributeError):
            told = printable(json.dumps(answer))
            raise ConnectionError(f"{self.client.url} answered without a text: {told}") from None
        text = text if isinstance(text, str) else ""  # a chat model may have nothing to say
        plain = self.method == BASE and not self._chats
        return first_answer(text) if plain else text, tokens if type(tokens) is int else None, ended


def only_model(client: Client) -> str:
    """The name of the model that a server has, if it is one alone.

    Raises ValueError, naming the models, where there are several, and ConnectionError as `Client.ask` does.
    """
    answer = replace(client, retries=min(client.retries, 1)).ask("models")  # a wrong address shows at once
    try:
        names = [str(one["id"]) for one in answer["data"]]
    except (LookupError, TypeError):
        raise ConnectionError(f"{client.url}/models answered without a list of models") from None
    if len(names) != 1:
        shown = printable(", ".join(names))
        raise ValueError(f"{client.url} has {len(names)} models: {shown}; give the name of one")
    return printable(names[0])

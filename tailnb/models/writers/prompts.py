"""What a model reads: the exact prompt it was trained on, or the question in words."""

from __future__ import annotations

from typing import Any

from tailnb.evaluation.writer import BASE, Writer
from tailnb.tasks import Problem
from tailnb.traces.answer import FINAL, final_answers

ASK = f"End with a line that gives the answer alone, in the form: {FINAL} …"


def asked(writer: Writer, problem: Problem) -> str:
    """The prompt as text; for a model that was not fine-tuned, the query and a line that asks to answer."""
    if writer.method == BASE:
        return f"{problem.query}\n{ASK}\n"
    return problem.prompt(writer.method, writer.style)


def encoded(writer: Writer, problem: Problem, tokenizer: Any) -> list[int]:
    """The prompt as numbers of tokens; as a user's turn where a chat model is asked in words."""
    text = asked(writer, problem)
    if not chats(writer, tokenizer):
        return list(tokenizer(text)["input_ids"])
    turn = [{"role": "user", "content": text.rstrip("\n")}]
    templated = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
    return list(tokenizer(templated, add_special_tokens=False)["input_ids"])


def chats(writer: Writer, tokenizer: Any) -> bool:
    """Whether the model is asked through its chat template."""
    return writer.method == BASE and bool(getattr(tokenizer, "chat_template", None))


def first_answer(text: str) -> str:
    """A text up to its first final answer: a plain base model writes no end mark, and goes on asking."""
    lines = text.splitlines(keepends=True)
    end = next((number for number, line in enumerate(lines, start=1) if final_answers(line)), len(lines))
    return "".join(lines[:end])

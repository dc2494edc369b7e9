"""`VllmWriter`: vLLM in this process, where it is installed. Written from its manual; not measured here."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tailnb.dataset.folder import sha256
from tailnb.evaluation.lengths import counter
from tailnb.evaluation.writer import BASE, Writer, Written
from tailnb.models.writers.budgets import Budgets
from tailnb.models.writers.prompts import chats, encoded, first_answer
from tailnb.tasks import Problem

WEIGHTS = "adapter_model.safetensors"
CHUNK = 256  # texts that are kept together; vLLM forms its own batches of them
CONTEXT = 1 << 15  # tokens, at most: vLLM needs memory for a text that fills the whole context


@dataclass(frozen=True, eq=False)
class VllmWriter(Writer):
    """A model in vLLM, greedily.

    engine: a `vllm.LLM`. lora: a `LoRARequest` for an adapter, or None. method, style, without: what the
    model was fine-tuned to write. context: tokens that the engine holds. max_tokens: a limit for every text.
    """

    engine: Any
    name: str
    method: str = BASE
    style: str = "core"
    without: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    lora: Any = None
    context: int | None = None
    max_tokens: int | None = None

    @property
    def about(self) -> Mapping[str, Any]:
        """The engine, the adapter's hash and the limit."""
        adapter = None if self.lora is None else sha256(Path(self.lora.lora_path) / WEIGHTS)
        return {"engine": "vllm", "adapter": adapter, "max_tokens": self.max_tokens}

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, the shorter ones first; ValueError for a prompt that does not fit."""
        prompts = [encoded(self, problem, self._tokenizer) for problem in problems]
        budgets = [self._budget(one, len(prompt)) for one, prompt in zip(problems, prompts, strict=True)]
        order = sorted(range(len(problems)), key=lambda place: (budgets[place], len(prompts[place])))
        for start in range(0, len(order), CHUNK):
            places = order[start : start + CHUNK]
            started = time.perf_counter()
            outputs = self._generate([prompts[p] for p in places], [budgets[p] for p in places])
            seconds = (time.perf_counter() - started) / len(places)
            for place, output in zip(places, outputs, strict=True):
                text, ended = self._read(output.text), output.finish_reason == "stop"
                yield Written(place, text, len(output.token_ids) - ended, seconds, ended)

    def _generate(self, prompts: Sequence[list[int]], budgets: Sequence[int]) -> list[Any]:
        from vllm import SamplingParams

        outputs = self.engine.generate(
            [{"prompt_token_ids": prompt} for prompt in prompts],
            [SamplingParams(temperature=0.0, max_tokens=n, skip_special_tokens=False) for n in budgets],
            lora_request=self.lora,
            use_tqdm=False,
        )
        return [output.outputs[0] for output in outputs]

    def _read(self, text: str) -> str:
        text = text.removesuffix(self._tokenizer.eos_token or "")
        return text if self.method != BASE or chats(self, self._tokenizer) else first_answer(text)

    @cached_property
    def _tokenizer(self) -> Any:
        return self.engine.get_tokenizer()

    @cached_property
    def _budget(self) -> Budgets:
        return Budgets(self, counter(self._tokenizer), context=self.context, most=self.max_tokens)


def start(source: Path | str, config: Mapping[str, Any], adapter: Path | None = None) -> dict[str, Any]:
    """Start vLLM with a model: what a `VllmWriter` needs of it, engine, lora and context.

    source: a folder, or an id on the hub. config: the model's config.json. adapter: a folder of peft's.
    """
    from vllm import LLM
    from vllm.lora.request import LoRARequest

    context = min(config.get("max_position_embeddings") or CONTEXT, CONTEXT)
    options: dict[str, Any] = {"dtype": "bfloat16", "max_model_len": context, "seed": 0}
    lora = None
    if adapter is not None:
        rank = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))["r"]
        options |= {"enable_lora": True, "max_lora_rank": max(8, rank)}
        lora = LoRARequest(adapter.name, 1, str(adapter.resolve()))
    return {"engine": LLM(model=str(source), **options), "lora": lora, "context": context}

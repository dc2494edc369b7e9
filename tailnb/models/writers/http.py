"""JSON over HTTP with a key, retries and a time limit; errors name the address and what it answered."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, IncompleteRead
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from tailnb.evaluation.outputs import printable

PASSING = {408, 409, 425, 429, 500, 502, 503, 504}  # statuses after which the same request may succeed
LONGEST_WAIT = 60.0  # seconds between two tries
LARGEST = 1 << 26  # bytes of an answer
LOCAL = {"localhost", "127.0.0.1", "::1"}
SHOWN = 300  # characters of what a server says


@dataclass(frozen=True)
class Client:
    """Asks one server for JSON.

    url: its address, such as http://localhost:8000/v1. key: the name of the environment variable that holds
    the key, if one is needed; it goes to this server alone, and into no message. timeout: seconds of
    silence. retries: how often a request is tried again, after pauses that double from `pause` seconds on.
    Raises ValueError for an address that is none, or that holds a password.
    """

    url: str
    key: str = "TAILNB_API_KEY"
    timeout: float = 600.0
    retries: int = 5
    pause: float = 1.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fits = False
        if not fits or not (self.url.isascii() and self.url.isprintable() and " " not in self.url):
            raise ValueError(
                f"no server's address {self.url!r}; one such as http://localhost:8000/v1 is needed"
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError(
                f"the address of {parts.hostname} holds more than a server and a path; a key belongs into the"
                f" environment variable {self.key}"
            )
        if not self.timeout > 0 or self.retries < 0 or self.pause < 0:
            raise ValueError("timeout must be above 0, retries and pause at least 0")

    def ask(
        self, path: str, body: Mapping[str, Any] | None = None, stopped: threading.Event | None = None
    ) -> Any:
        """What the server answers, as data.

        body: to post; without it, the path is got. stopped: when set, there is no further try.
        Raises ConnectionError that names the address and the status, once the retries are spent.
        """
        url, stopped = f"{self.url.rstrip('/')}/{path}", stopped or threading.Event()
        request = Request(url, None if body is None else json.dumps(body).encode(), self._headers())
        for attempt in range(self.retries + 1):
            try:
                return self._once(request)
            except _Failure as error:
                failure = error
            wait = failure.wait or self.pause * 2**attempt * random.uniform(0.75, 1.25)
            if not failure.passing or attempt == self.retries or stopped.wait(min(LONGEST_WAIT, wait)):
                break
        raise ConnectionError(f"{url} {failure}")

    def _once(self, request: Request) -> Any:
        """One try. Raises _Failure."""
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                data = answer.read(LARGEST + 1)
                if answer.length and len(data) <= LARGEST:
                    raise IncompleteRead(data, answer.length)
        except HTTPError as error:
            with error:
                wait = _seconds(error.headers.get("Retry-After"))
                raise _Failure(self._refusal(error), error.code in PASSING, wait) from None
        except (HTTPException, OSError) as error:
            raise _Failure(f"was not reached: {self._safe(_reason(error))}") from None
        if len(data) > LARGEST:
            raise _Failure(f"answered with more than {LARGEST >> 20} MiB", passing=False)
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            start = self._safe(data[: 4 * SHOWN].decode(errors="replace"))
            raise _Failure(f"answered with something else than JSON: {start}", passing=False) from None

    @cached_property
    def _opener(self) -> OpenerDirector:
        direct = [ProxyHandler({})] if urlsplit(self.url).hostname in LOCAL else []
        return build_opener(_Unmoved, *direct)

    def _headers(self) -> dict[str, str]:
        secret = self._secret()
        if not (secret.isascii() and secret.isprintable()):
            raise ValueError(f"the key in {self.key} has characters that no key has")
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        return kind | ({"Authorization": f"Bearer {secret}"} if secret else {})

    def _secret(self) -> str:
        return os.environ.get(self.key, "").strip()

    def _refusal(self, error: HTTPError) -> str:
        try:
            said = error.read(4 * SHOWN).decode(errors="replace")
        except (HTTPException, OSError):
            said = ""
        told = f"answered {error.code} {self._safe(str(error.reason))}: {self._safe(' '.join(said.split()))}"
        if error.code in (401, 403):
            told += f"; the key is taken from the environment variable {self.key}"
        return told + ("; an address ends as in http://localhost:8000/v1" if error.code == 404 else "")

    def _safe(self, text: str) -> str:
        """What a server said, without the key and without control characters."""
        secret = self._secret()
        return printable(text.replace(secret, "[key]") if secret else text, SHOWN)


class _Failure(Exception):
    """Why a try failed. passing: whether another may not. wait: seconds that the server asks for."""

    def __init__(self, told: str, passing: bool = True, wait: float | None = None) -> None:
        super().__init__(told)
        self.passing, self.wait = passing, wait


class _Unmoved(HTTPRedirectHandler):
    """Follows no redirection: the key must not go to another server."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return str(reason) or type(reason).__name__


def _seconds(text: str | None) -> float | None:
    """A pause that a server asks for, in seconds; its other form, a date, is not read."""
    return float(text) if text and text.isdecimal() and text.isascii() else None

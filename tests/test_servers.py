"""A server as a writer: what it is asked, what it may answer, and what it never learns."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import tailnb
from tailnb.dataset import problems
from tailnb.evaluation.log import OUTPUTS
from tailnb.evaluation.run import evaluate_writer
from tailnb.models.writers import open_writer
from tailnb.models.writers.budgets import FREE
from tailnb.models.writers.http import Client
from tailnb.models.writers.prompts import ASK
from tailnb.models.writers.server import ServerWriter

KEY = "sk-not-a-real-one"

searches = partial(problems, "binary_search", "S", seed=0, split="eval")


class Handler(BaseHTTPRequestHandler):
    """A model that knows every answer, and a server with moods."""

    def do_GET(self):
        self.server.seen.append((self.path, None, self.headers.get("Authorization")))
        self.answer(200, {"data": [{"id": name} for name in self.server.models]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body, self.headers.get("Authorization")))
        with self.server.lock:
            mood = self.server.moods.pop(0) if self.server.moods else None
        if mood is not None:
            mood(self)
            return
        prompt = body["messages"][0]["content"] if "messages" in body else body["prompt"]
        text = self.server.reply(prompt)
        choice = {"message": {"content": text}} if "messages" in body else {"text": text}
        self.answer(200, {"choices": [choice | {"finish_reason": "stop"}], "usage": {"completion_tokens": 3}})

    def answer(self, status, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content_Length": len(data), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # such as of a client that has hung up
    server.seen, server.moods, server.models, server.lock = [], [], ["known"], threading.Lock()
    server.reply = lambda prompt: "Final answer: 7"
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("TAILNB_API_KEY", KEY)
    with serving() as one:
        yield one


def client(server, **changes):
    return Client(server.url, **{"timeout": 5.0, "retries": 3, "pause": 0.01} | changes)


def mood(status, body=b"", **headers):
    return lambda handler: handler.answer(status, body, **headers)


def test_a_base_model_is_asked_by_chat_and_a_fine_tuned_one_gets_its_prompt(server):
    answers = {p.query: p.answer for p in searches(6)}
    server.reply = lambda prompt: f"Easy.\nFinal answer: {answers[prompt.partition(chr(10))[0]]}"
    (row,) = evaluate_writer(open_writer(server.url), "binary_search", "S", 6)
    assert (row.model, row.method, row.correct, row.trace_correct, row.tokens) == (
        "known",
        "base",
        6,
        None,
        3,
    )
    path, body, key = server.seen[1]  # the first one asked for the model's name
    assert (path, key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert body["messages"][0]["content"].endswith(f"\n{ASK}")
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("known", 0, FREE)
    server.seen.clear()
    texts = {p.prompt(): p.completion() for p in searches(6)}
    server.reply = texts.__getitem__
    writer = open_writer(server.url, name="mine", method="tail", more={"max_tokens": None, "top_k": 1})
    (row,) = evaluate_writer(writer, "binary_search", "S", 6)
    assert (row.model, row.correct, row.trace_correct) == ("mine", 6, 6)
    assert {path for path, _, _ in server.seen} == {"/v1/completions"}
    assert set(server.seen[0][1]) == {"model", "temperature", "prompt", "top_k"}


def test_a_server_is_asked_several_things_at_a_time(server):
    together = threading.Barrier(4, timeout=4)
    server.reply = lambda prompt: (together.wait(), "Final answer: 1")[1]
    writer = ServerWriter(client(server), "known", concurrency=4)
    assert len(list(writer.write(searches(8)))) == 8


def test_passing_failures_are_tried_again(server):
    def dropped(handler):
        handler.connection.close()

    server.moods = [mood(503), dropped, mood(429, Retry_After=0)]
    assert client(server).ask("completions", {"prompt": "x"})["choices"][0]["text"] == "Final answer: 7"
    assert len(server.seen) == 4


def test_a_server_may_ask_for_a_pause(server):
    server.moods = [mood(429, Retry_After=1)]
    started = time.perf_counter()
    client(server).ask("completions", {"prompt": "x"})
    assert time.perf_counter() - started >= 1


@pytest.mark.parametrize(
    ("moods", "said"),
    [
        ([mood(503, b"busy")] * 4, r"/v1/completions answered 503 Service Unavailable: busy$"),
        (
            [mood(401, f"bad key {KEY}".encode())],
            r"answered 401 .*bad key \[key\]; .* variable TAILNB_API_KEY",
        ),
        ([mood(404)], "answered 404 .* an address ends as in http://localhost:8000/v1"),
        ([mood(400, b'{"error": "the context\x1b[31m is 10"}')], "answered 400 .*context\ufffd"),
        ([mood(302, Location="/v1/models")], "answered 302 Found"),
        ([mood(200, b"<html>hello")], "answered with something else than JSON: <html>hello"),
        ([mood(200, b"[" * 100_000)], "answered with something else than JSON"),
        ([mood(200, b"{}", Content_Length=99)] * 4, "was not reached: "),
    ],
)
def test_a_failure_names_the_address_and_what_it_answered_but_never_the_key(server, moods, said):
    server.moods = list(moods)
    with pytest.raises(ConnectionError, match=said) as caught:
        client(server, timeout=0.3).ask("completions", {"prompt": "x"})
    assert server.url in str(caught.value)
    assert KEY not in f"{caught.value!r} {client(server)!r}"
    assert len(server.seen) == len(moods)


@pytest.mark.parametrize(
    "body", [{}, [], {"choices": []}, {"choices": [{"message": 3}]}, {"choices": [None]}]
)
def test_an_answer_without_a_text_is_an_error(server, body):
    server.moods = [mood(200, json.dumps(body).encode())]
    with pytest.raises(ConnectionError, match="answered without a text: "):
        list(ServerWriter(client(server), "known").write(searches(1)))


def test_silence_and_a_server_that_is_not_there_are_errors(server):
    server.reply = lambda prompt: time.sleep(0.6) or ""
    with pytest.raises(ConnectionError, match="/v1/completions was not reached: timed out"):
        client(server, timeout=0.1, retries=0).ask("completions", {"prompt": "x"})
    with serving() as gone:
        pass
    with pytest.raises(ConnectionError, match=r"/v1/models was not reached: .*refused"):
        open_writer(gone.url, pause=0.01)


def test_texts_that_came_before_a_failure_are_kept(server, tmp_path):
    server.moods = [None] * 5 + [mood(400, b"no more")]
    writer = ServerWriter(client(server), "known", concurrency=1)
    with pytest.raises(ConnectionError, match="answered 400 Bad Request: no more"):
        evaluate_writer(writer, "binary_search", "S", 9, folder=tmp_path)
    assert (tmp_path / OUTPUTS).read_bytes().count(b"\n") in (
        5,
        6,
    )  # the next request may have been under way
    assert evaluate_writer(writer, "binary_search", "S", 9, folder=tmp_path)[0].n == 9
    assert len(server.seen) == 9 + 1


def test_where_several_models_are_one_must_be_named(server):
    server.models = ["one", "two"]
    with pytest.raises(ValueError, match="has 2 models: one, two; give the name of one"):
        open_writer(server.url)


@pytest.mark.parametrize(
    "url", ["ftp://host/v1", "http://", "http://host:99999/v1", "http://a b/v1", "http://[::1", "http://h/\n"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="no server's address"):
        Client(url)


def test_a_password_in_the_address_and_a_broken_key_are_refused_unseen(monkeypatch):
    with pytest.raises(ValueError, match="environment variable TAILNB_API_KEY") as caught:
        Client(f"https://me:{KEY}@host/v1")
    assert KEY not in str(caught.value)
    monkeypatch.setenv("TAILNB_API_KEY", f"{KEY}\nHost: x")
    with pytest.raises(ValueError, match="key in TAILNB_API_KEY has characters") as caught:
        Client("http://localhost:1/v1").ask("models")
    assert KEY not in str(caught.value)


def test_a_tokenizer_measures_for_a_server_too(server):
    problem = tailnb.task("binary_search").sample("S")
    known = ServerWriter(client(server), "known", "tail", tokenizer=str.split, context=2000)
    unknown = ServerWriter(client(server), "known", "tail")
    budgets = [next(w.write([problem])) and server.seen.pop()[1]["max_tokens"] for w in (known, unknown)]
    assert budgets[0] < budgets[1] / 2
    assert budgets[1] >= len(problem.completion().encode())
    with pytest.raises(ValueError, match=r"no tokenizer 'nowhere\.json'"):
        open_writer(server.url, name="known", tokenizer="nowhere.json")
    with pytest.raises(ValueError, match="a context is of use only with a tokenizer"):
        ServerWriter(client(server), "known", context=10)
    with pytest.raises(ValueError, match="concurrency must be"):
        ServerWriter(client(server), "known", concurrency=0)

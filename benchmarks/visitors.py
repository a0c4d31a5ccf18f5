"""Visitors of a running `rag serve`: some ask through the HTTP API, others as the page does, in Gradio's protocol."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

# Far beyond the bar: an answer that takes so long counts as failed, and the load ends.
LIMIT_SECONDS = 30.0

# What the card of a question begins with that was answered, or that the documents do not answer: HTML in JSON.
_CARDS = ('class=\\"claims\\"', 'class=\\"card refused\\"')

# Given a connection, how to ask a question: what is wrong with its answer, or an empty string.
Visitor = Callable[["httpx.Client"], Callable[[str], str]]


@dataclass(slots=True)
class Load:
    """What became of some questions: the seconds that each answer took, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    took: float = 0.0

    def quantile(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def through_api(client: httpx.Client) -> Callable[[str], str]:
    """Asks POST /api/ask."""

    def ask(question: str) -> str:
        response = client.post("/api/ask", json={"question": question})
        if response.status_code != 200:
            return f"status {response.status_code}"
        return "" if response.json()["answer"] else "an empty answer"

    return ask


def through_page(client: httpx.Client) -> Callable[[str], str]:
    """Asks in one chat as the page does: the question box is sent, and what follows it is followed to the card."""
    return _Tab(client).ask


class _NotDoneError(Exception):
    """The page would show no answer."""


class _Tab:
    """A browser tab as the server sees it. Gradio's page runs the handlers that its /config lists: first the one of
    the question box, and then those that come after it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._session = uuid.uuid4().hex[:10]
        config = client.get("/config").json()
        self._handlers: list[dict[str, Any]] = config["dependencies"]
        # What the server keeps of a tab is nothing to send; what the page's scripts would add is empty here.
        self._states = {part["id"] for part in config["components"] if part["type"] == "state"}
        (self._box,) = (
            part["id"] for part in config["components"] if part["props"].get("elem_id") == "question"
        )

    def ask(self, question: str) -> str:
        """What is wrong, or an empty string."""
        handler: dict[str, Any] | None = next(
            one for one in self._handlers if [self._box, "submit"] in map(list, one["targets"])
        )
        said = ""
        try:
            while handler:
                said = self._run(handler, question)
                handler = next(
                    (
                        after
                        for after in self._handlers
                        if after["trigger_after"] == handler["id"] and not after["trigger_only_on_failure"]
                    ),
                    None,
                )
        except _NotDoneError as error:
            return str(error)
        return "" if any(card in said for card in _CARDS) else "no finished card was sent"

    def _run(self, handler: dict[str, Any], question: str) -> str:
        """What a handler sends."""
        given = {
            "data": [
                question if part == self._box else None if part in self._states else ""
                for part in handler["inputs"]
            ],
            "fn_index": handler["id"],
            "trigger_id": self._box,
            "session_hash": self._session,
        }
        if handler["queue"]:
            return self._queued(given)
        return self._checked(self._client.post("/gradio_api/run/predict", json=given)).text

    def _queued(self, given: dict[str, Any]) -> str:
        self._checked(self._client.post("/gradio_api/queue/join", json=given))
        said = ""
        with self._client.stream("GET", f"/gradio_api/queue/data?session_hash={self._session}") as stream:
            for line in stream.iter_lines():
                said += line
                if line and (told := json.loads(line.removeprefix("data: ")))["msg"] == "process_completed":
                    if not told["success"]:
                        raise _NotDoneError(f"a handler failed: {told['output']}")
                    return said
        raise _NotDoneError("a stream ended early")

    @staticmethod
    def _checked(response: httpx.Response) -> httpx.Response:
        if response.status_code != 200:
            raise _NotDoneError(f"status {response.status_code}")
        return response


def visit(address: str, questions: Sequence[str], visitor: Visitor, *, people: int, each: int) -> Load:
    """So many people at once, each of whom asks so many questions one after the other. Ends by itself: there is a
    limit of time to every answer."""
    load = Load()
    lock = threading.Lock()
    together = threading.Barrier(people)

    def person(number: int) -> None:
        import httpx

        with httpx.Client(base_url=address, trust_env=False, timeout=LIMIT_SECONDS) as client:
            ask = visitor(client)
            together.wait()
            for turn in range(each):
                began = time.perf_counter()
                try:
                    problem = ask(questions[(number + turn * people) % len(questions)])
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                took = time.perf_counter() - began
                with lock:
                    load.seconds.append(took)
                    if problem:
                        load.failures.append(problem)

    began = time.perf_counter()
    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.took = time.perf_counter() - began
    return load

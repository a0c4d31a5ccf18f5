"""The question in the corpus's other language, by the chat model: one short call, remembered.

It only helps to search, so nothing that goes wrong here may cost the answer: a failure is an empty translation.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from rag import text
from rag.errors import ModelError
from rag.schema import Language

REMEMBERED = 256

# A translation is about as long as the question; a small model that explains or answers writes on.
MAX_CHARACTERS = 300
_MOST_TIMES_LONGER = 3

_NUMBER = re.compile(r"\d+")


class QueryTranslator:
    """Translates questions through one engine. Safe to use from several threads."""

    def __init__(
        self, ask: Callable[[str, str], str], prompts: Callable[[Language, str], tuple[str, str]]
    ) -> None:
        """`ask(system, user)` is the model; `prompts(target, question)` gives it its two messages."""
        self._ask = ask
        self._prompts = prompts
        self._known: OrderedDict[tuple[Language, str], str] = OrderedDict()
        self._lock = Lock()

    def translate(self, question: str, target: Language) -> str:
        """The question in `target`, or empty where the model fails or writes something else than a translation."""
        key = target, question
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        try:
            reply = self._ask(*self._prompts(target, question))
        except ModelError:
            return ""
        translation = _usable(reply, question, target)
        with self._lock:
            self._known[key] = translation
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return translation


def _usable(reply: str, question: str, target: Language) -> str:
    """The first line of a reply, if it can be a translation: in the other language, of like length, same numbers."""
    line = next((stripped for part in reply.splitlines() if (stripped := part.strip(" \t\"'«»“”"))), "")
    if not line or len(line) > min(MAX_CHARACTERS, _MOST_TIMES_LONGER * len(question) + 20):
        return ""
    if text.language(line) != target:
        return ""
    asked, written = (set(_NUMBER.findall(text.normalise(part))) for part in (question, line))
    return line if asked <= written else ""

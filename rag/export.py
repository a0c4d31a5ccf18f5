"""A chat as a file: Markdown to read, JSON to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from rag.generate import NO_ENGINE
from rag.index import Chat
from rag.schema import Language

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sources": ("Sources", "المصادر"),
    "page": ("page", "صفحة"),
    "also_in": ("also in", "ورد أيضًا في"),
    "weak": ("only partly supported by its source", "لا يسنده مصدره إلا جزئيًا"),
    "unsupported": ("not supported by any source", "لا يسنده أي مصدر"),
    "conflict": ("The sources disagree on", "تختلف المصادر في"),
    "engine": ("Answered by", "أجاب"),
}

# What Markdown would read as emphasis, code, a table or HTML; an image, which would be loaded from afar; a link; and at
# the start, as a heading, a rule or a list.
_SIGNS = re.compile(r"[\\`*_<>|]|!(?=\[)|(?<=\])[(:]|^[#+=~-]")
_LIST_NUMBER = re.compile(r"^(\d+)([.)])")


def chat_json(chat: Chat) -> dict[str, Any]:
    """A chat in the public JSON: its messages carry answers as `rag ask --json` prints them."""
    return {
        "id": chat.info.id,
        "title": chat.info.title,
        "created_at": chat.info.created_at,
        "updated_at": chat.info.updated_at,
        "messages": [asdict(message) for message in chat.messages],
    }


def chat_markdown(chat: Chat, language: Language) -> str:
    """A chat with every answer's numbered sources and their quotes. `language` is that of the words around them.

    Text stays text: nothing in it becomes a heading, a link or an image of the file.
    """
    parts = [f"# {plain_markdown(chat.info.title)}"]
    for message in chat.messages:
        parts.extend(answer_markdown(message.question, message.answer, language))
    return "\n\n".join(parts) + "\n"


def answer_markdown(question: str, answer: dict[str, Any], language: Language) -> Iterator[str]:
    """The paragraphs of a question and its answer, the public JSON of `rag.serialise.answer_json`."""
    yield f"## {plain_markdown(question)}"
    yield "\n\n".join(plain_markdown(line) for line in answer["answer"].splitlines() if line.strip())
    if notes := list(_notes(answer, language)):
        yield "\n".join(f"- {note}" for note in notes)
    if answer["citations"]:
        yield f"**{_say('sources', language)}**"
        yield "\n".join(_citation(citation, language) for citation in answer["citations"])
    for notice in answer["notice"].splitlines():
        yield f"*{plain_markdown(notice)}*"
    if answer["engine"] != NO_ENGINE:
        yield f"*{_say('engine', language)}: {plain_markdown(answer['engine'])}*"


def _notes(answer: dict[str, Any], language: Language) -> Iterator[str]:
    """What the reader has to be warned of."""
    for claim in answer["claims"]:
        if claim["status"] != "supported":
            yield f"⚠ {_say(claim['status'], language)}: {plain_markdown(claim['text'])}"
    for conflict in answer["conflicts"]:
        values = " / ".join(
            f"{plain_markdown(value['value'])} {''.join(f'[{n}]' for n in value['citations'])}"
            for value in conflict["values"]
        )
        yield f"⚠ {_say('conflict', language)} «{plain_markdown(conflict['about'])}»: {values}"


def _citation(citation: dict[str, Any], language: Language) -> str:
    page = f"، {_say('page', language)} " if language == "ar" else f", {_say('page', language)} "
    place = plain_markdown(citation["source"]) + (f"{page}{citation['page']}" if citation["page"] else "")
    lines = [
        f"{citation['n']}. **{plain_markdown(citation['title'])}** — {place}",
        f"   > {plain_markdown(citation['quote'])}",
    ]
    if citation["also_in"]:
        others = ", ".join(plain_markdown(other["source"]) for other in citation["also_in"])
        lines.append(f"   >\n   > ({_say('also_in', language)}: {others})")
    return "\n".join(lines)


def plain_markdown(said: str) -> str:
    """On one line, and nothing of it Markdown."""
    return _LIST_NUMBER.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", " ".join(said.split())))


def _say(word: str, language: Language) -> str:
    english, arabic = _WORDS[word]
    return arabic if language == "ar" else english

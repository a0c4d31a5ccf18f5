"""A chat as a file: Markdown to read, JSON to keep; and one answer to be pasted elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from rag.generate import NO_ENGINE
from rag.index import Chat
from rag.location import location
from rag.schema import Language

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sources": ("Sources", "المصادر"),
    "also_in": ("also in", "ورد أيضًا في"),
    "weak": ("only partly supported by its source", "لا يسنده مصدره إلا جزئيًا"),
    "unsupported": ("not supported by any source", "لا يسنده أي مصدر"),
    "conflict": ("The sources disagree on", "تختلف المصادر في"),
    "engine": ("Answered by", "أجاب"),
    "unanswered": ("Not answered: stopped, or cut short.", "لم يُجَب عنه: أُوقف أو انقطع."),
}

# What Markdown would read as emphasis, code, a table or HTML; an image, which would be loaded from afar; a link; and at
# the start, as a heading, a rule or a list.
_SIGNS = re.compile(r"[\\`*_<>|]|!(?=\[)|(?<=\])[(:]|^[#+=~-]")
_TEX_SIGNS = re.compile(r"[\\{}$&#%_^~]")
_TEX_NAMES = {"\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde "}
# A brace within a field would have to be balanced, escaped or not.
_TEX_NAMES |= {"{": r"\textbraceleft ", "}": r"\textbraceright "}
_LIST_NUMBER = re.compile(r"^(\d+)([.)])")


def chat_json(chat: Chat) -> dict[str, Any]:
    """A chat in the public JSON: its messages carry answers as `rag ask --json` prints them."""
    return {
        "id": chat.info.id,
        "title": chat.info.title,
        "created_at": chat.info.created_at,
        "updated_at": chat.info.updated_at,
        "messages": [
            {
                "question": message.question,
                "answer": message.answer,
                "created_at": message.created_at,
                "rating": message.rating and asdict(message.rating),
            }
            for message in chat.messages
        ],
        "unanswered": [
            {"question": question.question, "asked_at": question.asked_at} for question in chat.unanswered
        ],
    }


def chat_markdown(chat: Chat, language: Language) -> str:
    """A chat with every answer's numbered sources and their quotes. `language` is that of the words around them.

    Text stays text: nothing in it becomes a heading, a link or an image of the file.
    """
    parts = [f"# {plain_markdown(chat.info.title)}"]
    for message in chat.messages:
        parts.extend(answer_markdown(message.question, message.answer, language))
    for question in chat.unanswered:
        parts += [f"## {plain_markdown(question.question)}", f"*{_say('unanswered', language)}*"]
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


def answer_text(question: str, answer: dict[str, Any], language: Language) -> str:
    """A question, its answer and the numbered sources below it, as plain text."""
    lines = [question, "", answer["answer"]]
    for claim in answer["claims"]:
        if claim["status"] != "supported":
            lines += ["", f"⚠ {_say(claim['status'], language)}: {claim['text']}"]
    if answer["citations"]:
        lines += ["", f"{_say('sources', language)}:"]
    for citation in answer["citations"]:
        title = f"{citation['title']} · " if citation["title"] != citation["source"] else ""
        page = f" · {location(citation['source'], citation['page'], language)}" if citation["page"] else ""
        quote = " ".join(citation["quote"].split())
        marks = "«{}»" if language == "ar" else '"{}"'
        lines += [f"[{citation['n']}] {title}{citation['source']}{page}", f"    {marks.format(quote)}"]
    return "\n".join(lines) + "\n"


def sources_bibtex(answer: dict[str, Any]) -> str:
    """The documents that an answer cites, as a BibTeX database: an entry for each, with its pages, and its quotes by
    the numbers that the answer cites them with."""
    cited: dict[str, list[dict[str, Any]]] = {}
    for citation in answer["citations"]:
        cited.setdefault(citation["source"], []).append(citation)
    entries = []
    for n, (source, citations) in enumerate(cited.items(), start=1):
        pages = dict.fromkeys(citation["page"] for citation in citations if citation["page"])
        quotes = "; ".join(f"[{one['n']}] {' '.join(one['quote'].split())}" for one in citations)
        fields = {"title": citations[0]["title"], "howpublished": source, "pages": ", ".join(map(str, pages))}
        fields["annote"] = quotes
        inner = "".join(f"  {name} = {{{_bibtex(value)}}},\n" for name, value in fields.items() if value)
        entries.append(f"@misc{{sanad{n},\n{inner}}}\n")
    return "\n".join(entries)


def _bibtex(value: str) -> str:
    """With nothing that TeX or BibTeX would act on."""
    return _TEX_SIGNS.sub(lambda sign: _TEX_NAMES.get(sign[0], rf"\{sign[0]}"), value)


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
    place = plain_markdown(citation["source"])
    if citation["page"]:
        comma = "،" if language == "ar" else ","
        place += f"{comma} {location(citation['source'], citation['page'], language)}"
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

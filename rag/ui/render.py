"""Answers, sources, refusals and errors as HTML.

Everything that comes from a document, a model or the reader passes through `plain`, and is text, never markup.
Words of the page are written in both languages side by side, and style.css shows the one of the page: an answer
on the page follows a change of language without being asked for again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import PurePath

from rag.errors import RagError
from rag.schema import Answer, Claim, Conflict, ConflictValue, Hit, Place
from rag.ui.excerpt import Excerpt
from rag.ui.words import WORDS

# What assistants call the answerer that only quotes.
EXTRACTIVE = "extractive"

# Bidi overrides can make a quote show other digits than it holds ("81" as "18"), and no prose needs them; control
# characters and lone surrogates are not text at all. They are shown as what they are: something unreadable.
_UNREADABLE = re.compile("[\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# A longer last word could not share a line of a telephone with its chip.
LONGEST_TAIL_CHARACTERS = 16

_ICONS = {
    "weak": "M12 3 2.5 20h19L12 3Zm0 6v5m0 3v.01",
    "unsupported": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-3 6 6 6m0-6-6 6",
    "conflict": "M4 8h13m-4-4 4 4-4 4M20 16H7m4 4-4-4 4-4",
    "refused": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5M8.5 11h5",
    "error": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5v6m0 3v.01",
}


def plain(text: str) -> str:
    """`text` as HTML that shows exactly it, and can neither become markup nor reorder what is around it."""
    return html.escape(_UNREADABLE.sub("\ufffd", text.replace("\r\n", "\n")))


def both(key: str, **values: str) -> str:
    """The words of `key` in both languages; `values` are text, set apart so that their direction is their own."""
    filled = {name: f"<bdi>{plain(value)}</bdi>" for name, value in values.items()}
    en, ar = (html.escape(words).format(**filled) for words in WORDS[key])
    return f'<span class="words"><span lang="en" dir="ltr">{en}</span><span lang="ar" dir="rtl">{ar}</span></span>'


def question_html(turn: str, question: str) -> str:
    """The reader's question as the heading of its turn."""
    return f'<h2 class="question" id="{turn}" dir="auto">{plain(question)}</h2>'


def progress_html(turn: str, question: str, key: str) -> str:
    """A question whose answer is being made; `key` says how far it has come."""
    return f'{question_html(turn, question)}<p class="progress" role="status">{both(key)}</p>'


def found_html(turn: str, hits: Sequence[Hit], excerpts: Sequence[Excerpt]) -> str:
    """The passages that the engine reads, with the numbers it knows them by."""
    return _sources(turn, "passages_found", _hit_items(turn, hits, excerpts)) if hits else ""


def stopped_html(turn: str, question: str, written: str) -> str:
    """What had been written when the reader stopped it: text as it came, unchecked."""
    body = f'{_written(written)}<p class="stopped">{both("stopped")}</p>'
    return _turn(turn, question, f'<section class="card">{body}</section>')


def answer_html(turn: str, question: str, answer: Answer, excerpts: Sequence[Excerpt]) -> str:
    """A finished answer under the reader's own `question`. `excerpts[i]` belongs to `citations[i]`, or to
    `nearest[i]` when it was refused."""
    notice = f'<p class="notice" dir="auto">{plain(answer.notice)}</p>' if answer.notice else ""
    if answer.refused:
        body = f"{_refusal(answer)}{notice}{_meta(answer)}"
        items = _hit_items(turn, answer.nearest, excerpts)
        return _turn(turn, question, _columns(body, "nearest", turn, items, "card refused"))
    claims = "".join(_claim(turn, claim) for claim in answer.claims)
    text = claims or f'<p class="claim" dir="auto">{plain(answer.text)}</p>'
    conflicts = "".join(_conflict(turn, conflict) for conflict in answer.conflicts)
    body = f'<div class="claims">{text}</div>{conflicts}{notice}{_meta(answer)}'
    items = [
        _source(
            f"{turn}-{citation.n}",
            str(citation.n),
            citation.title,
            citation.source,
            citation.page,
            shown,
            citation.also_in,
        )
        for citation, shown in zip(answer.citations, excerpts, strict=True)
    ]
    return _turn(turn, question, _columns(body, "sources", turn, items, "card"))


def error_html(turn: str, question: str, error: RagError | None, written: str = "") -> str:
    """A question that failed, in one sentence, below what had been `written` until then. None is a fault of the
    product itself."""
    if error is None:
        sentence = both("error_unexpected")
    else:
        sentence = (
            f'<span class="words"><span lang="en" dir="ltr">{plain(error.en)}</span>'
            f'<span lang="ar" dir="rtl">{plain(error.ar)}</span></span>'
        )
    title = f"<h3>{_icon('error')}{both('error_title')}</h3>"
    card = f'<section class="card error" role="alert">{title}{_written(written)}<p>{sentence}</p></section>'
    return _turn(turn, question, card)


def _written(written: str) -> str:
    return f'<p class="raw" dir="auto">{plain(written)}</p>' if written.strip() else ""


def _turn(turn: str, question: str, body: str) -> str:
    return f'<article class="turn" aria-labelledby="{turn}">{question_html(turn, question)}{body}</article>'


def _columns(body: str, title: str, turn: str, items: Sequence[str], kind: str) -> str:
    sources = _sources(turn, title, items) if items else ""
    return f'<div class="columns"><section class="{kind}">{body}</section>{sources}</div>'


def _sources(turn: str, title: str, items: Sequence[str]) -> str:
    return (
        f'<aside class="sources" aria-labelledby="{turn}-sources"><h3 id="{turn}-sources">{both(title)}</h3>'
        f"<ol>{''.join(items)}</ol></aside>"
    )


def _claim(turn: str, claim: Claim) -> str:
    status = ""
    if claim.status != "supported":
        status = (
            f'<span class="status"><span>{_icon(claim.status)}{both(claim.status)}</span>'
            f'<span class="hint">{both(f"{claim.status}_hint")}</span></span>'
        )
    chips = [_chip(turn, n) for n in claim.citations]
    text = _ending_with("".join(chips[:1]), claim.text) + "".join(chips[1:])
    return f'<p class="claim {claim.status}" dir="auto">{text}{status}</p>'


def _ending_with(chip: str, text: str) -> str:
    """`text` and its first chip, which stays with the last word instead of beginning a line of its own."""
    last = text.split()[-1:]
    if not chip or not last or len(last[0]) > LONGEST_TAIL_CHARACTERS:
        return plain(text) + chip
    head = text[: text.rindex(last[0])]
    return f'{plain(head)}<span class="tail">{plain(text[len(head) :])}{chip}</span>'


def _chip(turn: str, n: int) -> str:
    return (
        f' <button type="button" class="chip" aria-expanded="false" aria-controls="{turn}-{n}">'
        f'<span aria-hidden="true">{n}</span><span class="unseen">{both("source_n", n=str(n))}</span></button>'
    )


def _conflict(turn: str, conflict: Conflict) -> str:
    about = f'<p class="about" dir="auto">{plain(conflict.about)}</p>' if conflict.about else ""
    values = "".join(_conflict_value(turn, value) for value in conflict.values)
    return (
        f'<div class="conflict"><h3>{_icon("conflict")}{both("conflict")}</h3>{about}<ul>{values}</ul></div>'
    )


def _conflict_value(turn: str, value: ConflictValue) -> str:
    """A bare number has no direction of its own, and takes the page's."""
    direction = ' dir="auto"' if any(character.isalpha() for character in value.value) else ""
    chips = "".join(_chip(turn, n) for n in value.citations)
    return f'<li{direction}><span class="value">{plain(value.value)}</span>{chips}</li>'


def _refusal(answer: Answer) -> str:
    if answer.reason == "model_refused":
        why = f"<p>{both('refused_model_refused', model=model_name(answer.engine))}</p>"
    else:
        why = f"<p>{both(f'refused_{answer.reason}')}</p>" if answer.reason else ""
    return f"<h3>{_icon('refused')}{both('refused_title')}</h3>{why}"


def _meta(answer: Answer) -> str:
    """Who answered, and how long it took. A refusal says who in its own words, or nobody was asked."""
    if answer.refused:
        who = ""
    elif answer.engine == EXTRACTIVE:
        who = f"<span>{both('engine_extractive')}</span>"
    else:
        who = f"<span>{both('engine_model', model=model_name(answer.engine))}</span>"
    total = answer.timings.get("total")
    taken = "" if total is None else f"{total:.2f}" if total < 1 else f"{total:.1f}"
    seconds = f"<span>{both('seconds', seconds=taken)}</span>" if taken else ""
    return f'<footer class="meta">{who}{seconds}</footer>'


def model_name(engine: str) -> str:
    """The model's own name: "ollama:qwen3:4b" → "qwen3:4b"."""
    return engine.partition(":")[2] or engine


def _hit_items(turn: str, hits: Sequence[Hit], excerpts: Sequence[Excerpt]) -> list[str]:
    return [
        _source(
            f"{turn}-{n}", str(n), hit.passage.title, hit.passage.source, hit.passage.page, shown, hit.also_in
        )
        for n, (hit, shown) in enumerate(zip(hits, excerpts, strict=True), start=1)
    ]


def _source(
    name: str,
    number: str,
    title: str,
    source: str,
    page: int | None,
    shown: Excerpt,
    also_in: Sequence[Place],
) -> str:
    """One source: closed it names itself and its quote, open it shows the quote where it stands."""
    preview = f'<span class="preview" dir="auto">{plain(shown.quote)}</span>'
    return (
        f'<li class="source" id="{name}"><details><summary><span class="number" aria-hidden="true">{number}</span>'
        f"{_named(title, source, page, preview)}</summary>"
        f'<div class="excerpt" dir="auto">{_marked(shown)}</div>{_also(also_in)}</details></li>'
    )


def _named(title: str, source: str, page: int | None, more: str = "") -> str:
    """Title, file and page, in the direction of the title; without one (it would only repeat the file), the page's."""
    file_name = PurePath(source).name or source
    where = f'<bdi class="file" title="{plain(source)}">{plain(file_name)}</bdi>'
    if page is not None:
        where += f" · {both('page_n', n=str(page))}"
    if not title or title == file_name:
        return f'<span class="named"><span class="where">{where}</span>{more}</span>'
    heading = f'<span class="title">{plain(title)}</span>'
    return f'<span class="named" dir="auto">{heading}<span class="where">{where}</span>{more}</span>'


def _marked(shown: Excerpt) -> str:
    quote = f"<mark>{plain(shown.quote)}</mark>"
    if not shown.found:
        return f'{quote}<p class="gone">{both("text_changed")}</p>'
    before = ("… " if shown.cut_before else "") + shown.before
    after = shown.after + (" …" if shown.cut_after else "")
    return plain(before) + quote + plain(after)


def _also(places: Sequence[Place]) -> str:
    if not places:
        return ""
    items = "".join(f"<li>{_named(place.title, place.source, place.page)}</li>" for place in places)
    return f'<div class="also"><span>{both("also_in")}</span><ul>{items}</ul></div>'


def _icon(name: str) -> str:
    return (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="{_ICONS[name]}"/></svg>'
    )

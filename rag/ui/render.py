"""A turn as HTML: a question, and what came of it: an answer, a refusal, an error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.conversation import NO_ENGINE
from rag.errors import RagError
from rag.schema import Answer, Citation, Claim, Conflict, ConflictValue, Hit, Language
from rag.ui.answer_actions import Kept, actions_html, again_html
from rag.ui.excerpt import Excerpt
from rag.ui.markup import alert, both, icon, own, plain, sentence, unseen
from rag.ui.sources import citation_items, hit_items, named_html, sources_html

# What assistants call the answerer that only quotes.
EXTRACTIVE = "extractive"

# A longer last word could not share a line of a telephone with its chip.
LONGEST_TAIL_CHARACTERS = 16

# The line of a notice in which rag.conversation says how it understood a follow-up question.
_UNDERSTOOD = re.compile(r"(?:Understood as|فُهم السؤال): (.+)")


def question_html(turn: str, question: str, searched: str = "") -> str:
    """The reader's question as the heading of its turn, and the question that was `searched` for in its place."""
    line = f'<p class="searched">{both("searched_for", question=searched)}</p>' if searched else ""
    return f'<h2 class="question" id="{turn}" {own(question)}>{plain(question)}</h2>{line}'


def progress_html(turn: str, question: str, key: str, searched: str = "") -> str:
    """A question whose answer is being made; `key` says how far it has come."""
    return f'{question_html(turn, question, searched)}<p class="progress">{both(key)}</p>'


def found_html(
    turn: str, hits: Sequence[Hit], excerpts: Sequence[Excerpt], *, left_out: int = 0, shortened: int = 0
) -> str:
    """The passages that the engine reads, with the numbers it knows them by. `left_out` more were found, and of these
    `shortened` are read in part."""
    if not hits:
        return ""
    fit = "".join(
        f'<p class="fit">{both(f"{key}_one") if count == 1 else both(f"{key}_many", n=str(count))}</p>'
        for key, count in (("left_out", left_out), ("shortened", shortened))
        if count
    )
    return sources_html(turn, "passages_found", hit_items(turn, hits, excerpts), fit=fit)


def stopped_html(turn: str, question: str, written: str, asked: str | None = None) -> str:
    """What had been written when the reader stopped it: text as it came, unchecked. `asked` names the question, here
    and below, where the library keeps it."""
    said = f'{_written(written)}<p class="stopped">{both("stopped")}</p>'
    body = f"{said}{_actions_without_answer(question, asked)}"
    return _turn(turn, question_html(turn, question), f'<section class="card">{body}</section>')


def unanswered_html(turn: str, question: str, asked: str) -> str:
    """A question that was kept and has no answer."""
    body = f'<p class="stopped">{both("unanswered")}</p>{_actions_without_answer(question, asked)}'
    return _turn(turn, question_html(turn, question), f'<section class="card">{body}</section>')


def _actions_without_answer(question: str, asked: str | None) -> str:
    return f'<div class="actions">{again_html(question, asked)}</div>'


def answer_html(
    turn: str, question: str, answer: Answer, excerpts: Sequence[Excerpt], kept: Kept | None = None
) -> str:
    """A finished answer under the reader's own `question`. `excerpts[i]` belongs to `citations[i]`, or to
    `nearest[i]` when it was refused. `kept` is where the library has it."""
    searched, notices = _read_notice(answer.notice)
    heading = question_html(turn, question, searched)
    notice = "".join(f'<p class="notice" {own(line)}>{plain(line)}</p>' for line in notices)
    # Small talk has nothing to be copied, judged, or asked again.
    actions = (
        ""
        if answer.engine == NO_ENGINE
        else actions_html(kept, searched or question, cites=bool(answer.citations))
    )
    end = f"{notice}{_meta(answer)}{actions}"
    if answer.refused:
        body = f"{_refusal(answer)}{end}"
        items = hit_items(turn, answer.nearest, excerpts)
        return _turn(turn, heading, _columns(body, "nearest", turn, items, "card refused"))
    claims = "".join(_claim(turn, claim) for claim in answer.claims)
    text = claims or f'<p class="claim" {own(answer.text)}>{plain(answer.text)}</p>'
    citations = {citation.n: citation for citation in answer.citations}
    conflicts = "".join(_conflict(turn, conflict, citations) for conflict in answer.conflicts)
    body = f'<div class="claims">{text}</div>{conflicts}{end}'
    items = citation_items(turn, answer.citations, excerpts)
    return _turn(turn, heading, _columns(body, "sources", turn, items, "card"))


def error_html(
    turn: str, question: str, error: RagError | None, written: str = "", asked: str | None = None
) -> str:
    """A question that failed, in one sentence, below what had been `written` until then. None is a fault of the
    product itself."""
    title = f"<h3>{icon('error')}{both('error_title')}</h3>"
    said = both("error_unexpected") if error is None else sentence(error)
    body = f"{title}{_written(written)}<p>{said}</p>{_actions_without_answer(question, asked)}"
    return _turn(turn, question_html(turn, question), alert(body))


def _read_notice(notice: str) -> tuple[str, list[str]]:
    """(the question that was searched for instead, or an empty string; the other lines)."""
    lines = [line for line in notice.splitlines() if line.strip()]
    if lines and (understood := _UNDERSTOOD.fullmatch(lines[0])):
        return understood[1], lines[1:]
    return "", lines


def _written(written: str) -> str:
    return f'<p class="raw" {own(written)}>{plain(written)}</p>' if written.strip() else ""


def _turn(turn: str, heading: str, body: str) -> str:
    return f'<article class="turn" aria-labelledby="{turn}">{heading}{body}</article>'


def _columns(body: str, title: str, turn: str, items: Sequence[str], kind: str) -> str:
    sources = sources_html(turn, title, items) if items else ""
    return f'<div class="columns"><section class="{kind}">{body}</section>{sources}</div>'


def _claim(turn: str, claim: Claim) -> str:
    status = ""
    if claim.status != "supported":
        status = (
            f'<span class="status"><span>{icon(claim.status)}{both(claim.status)}</span>'
            f'<span class="hint">{both(f"{claim.status}_hint")}</span></span>'
        )
    chips = [_chip(turn, n) for n in claim.citations]
    text = _ending_with("".join(chips[:1]), claim.text) + "".join(chips[1:])
    return f'<p class="claim {claim.status}" {own(claim.text)}>{text}{status}</p>'


def _ending_with(chip: str, text: str) -> str:
    """`text` and its first chip, which stays with the last word instead of beginning a line of its own."""
    last = text.split()[-1:]
    if not chip or not last or len(last[0]) > LONGEST_TAIL_CHARACTERS:
        return plain(text) + chip
    head = text[: text.rindex(last[0])]
    return f'{plain(head)}<span class="tail">{plain(text[len(head) :])}{chip}</span>'


def _chip(turn: str, n: int) -> str:
    return (
        f' <button type="button" class="chip" data-cites="{turn}-{n}" aria-haspopup="dialog">'
        f'<span aria-hidden="true">{n}</span>{unseen("source_n", n=str(n))}</button>'
    )


def _conflict(turn: str, conflict: Conflict, citations: Mapping[int, Citation]) -> str:
    about = f'<p class="about" {own(conflict.about)}>{plain(conflict.about)}</p>' if conflict.about else ""
    values = "".join(_conflict_value(turn, value, citations) for value in conflict.values)
    return (
        f'<div class="conflict"><h3>{icon("conflict")}{both("conflict")}</h3>{about}<ul>{values}</ul></div>'
    )


def _conflict_value(turn: str, value: ConflictValue, citations: Mapping[int, Citation]) -> str:
    """A card of its own: what is said, where, in its own words. A bare number has no direction of its own, and takes
    the page's."""
    direction = ' dir="auto"' if any(character.isalpha() for character in value.value) else ""
    chips = "".join(_chip(turn, n) for n in value.citations)
    first = next((citations[n] for n in value.citations if n in citations), None)
    said = ""
    if first:
        said = (
            f"<blockquote {own(first.quote)}>{plain(first.quote)}</blockquote>"
            f"{named_html(first.title, first.source, first.page)}"
        )
    return f'<li><p class="value"{direction}>{plain(value.value)}{chips}</p>{said}</li>'


def _refusal(answer: Answer) -> str:
    """Why there is none, and what the reader can try."""
    if answer.reason == "model_refused":
        why = f"<p>{both('refused_model_refused', model=model_name(answer.engine))}</p>"
    else:
        why = f"<p>{both(f'refused_{answer.reason}')}</p>" if answer.reason else ""
    return f"<h3>{icon('refused')}{both('refused_title')}</h3>{why}{_to_try(answer.language)}"


def _to_try(language: Language) -> str:
    """The way to the documents is a button where the page has their sheet: see answer.css."""
    add = (
        f'{both("try_add")} <button type="button" class="link" data-opens="library">'
        f"{both('try_open_library')}</button>"
    )
    items = "".join(
        f"<li>{item}</li>" for item in (both("try_rephrase"), both(f"try_language_{language}"), add)
    )
    return f'<div class="try"><h4>{both("try_title")}</h4><ul>{items}</ul></div>'


def _meta(answer: Answer) -> str:
    """Who answered, and how long it took. A refusal says who in its own words, or nobody was asked."""
    if answer.refused or answer.engine == NO_ENGINE:
        who = ""
    elif answer.engine == EXTRACTIVE:
        who = f"<span>{both('engine_extractive')}</span>"
    else:
        who = f"<span>{both('engine_model', model=model_name(answer.engine))}</span>"
    total = answer.timings.get("total")
    taken = "" if total is None else f"{total:.2f}" if total < 1 else f"{total:.1f}"
    seconds = f"<span>{both('seconds', seconds=taken)}</span>" if taken else ""
    return f'<footer class="meta">{who}{seconds}</footer>' if who or seconds else ""


def model_name(engine: str) -> str:
    """The model's own name: "ollama:qwen3:4b" → "qwen3:4b"."""
    return engine.partition(":")[2] or engine

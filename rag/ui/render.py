"""A turn as HTML: a question, and what came of it: an answer, a refusal, an error."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation import NO_ENGINE
from rag.errors import RagError
from rag.schema import Answer, Claim, Conflict, ConflictValue, Hit
from rag.ui.excerpt import Excerpt
from rag.ui.markup import alert, both, icon, plain, sentence, unseen
from rag.ui.sources import citation_items, hit_items, sources_html

# What assistants call the answerer that only quotes.
EXTRACTIVE = "extractive"

# A longer last word could not share a line of a telephone with its chip.
LONGEST_TAIL_CHARACTERS = 16

# The line of a notice in which rag.conversation says how it understood a follow-up question.
_UNDERSTOOD = re.compile(r"(?:Understood as|فُهم السؤال): (.+)")


def question_html(turn: str, question: str, searched: str = "") -> str:
    """The reader's question as the heading of its turn, and the question that was `searched` for in its place."""
    line = f'<p class="searched">{both("searched_for", question=searched)}</p>' if searched else ""
    return f'<h2 class="question" id="{turn}" dir="auto">{plain(question)}</h2>{line}'


def progress_html(turn: str, question: str, key: str, searched: str = "") -> str:
    """A question whose answer is being made; `key` says how far it has come."""
    return f'{question_html(turn, question, searched)}<p class="progress" role="status">{both(key)}</p>'


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


def stopped_html(turn: str, question: str, written: str) -> str:
    """What had been written when the reader stopped it: text as it came, unchecked."""
    body = f'{_written(written)}<p class="stopped">{both("stopped")}</p>'
    return _turn(turn, question_html(turn, question), f'<section class="card">{body}</section>')


def answer_html(turn: str, question: str, answer: Answer, excerpts: Sequence[Excerpt]) -> str:
    """A finished answer under the reader's own `question`. `excerpts[i]` belongs to `citations[i]`, or to
    `nearest[i]` when it was refused."""
    searched, notices = _read_notice(answer.notice)
    heading = question_html(turn, question, searched)
    notice = "".join(f'<p class="notice" dir="auto">{plain(line)}</p>' for line in notices)
    if answer.refused:
        body = f"{_refusal(answer)}{notice}{_meta(answer)}"
        items = hit_items(turn, answer.nearest, excerpts)
        return _turn(turn, heading, _columns(body, "nearest", turn, items, "card refused"))
    claims = "".join(_claim(turn, claim) for claim in answer.claims)
    text = claims or f'<p class="claim" dir="auto">{plain(answer.text)}</p>'
    conflicts = "".join(_conflict(turn, conflict) for conflict in answer.conflicts)
    body = f'<div class="claims">{text}</div>{conflicts}{notice}{_meta(answer)}'
    items = citation_items(turn, answer.citations, excerpts)
    return _turn(turn, heading, _columns(body, "sources", turn, items, "card"))


def error_html(turn: str, question: str, error: RagError | None, written: str = "") -> str:
    """A question that failed, in one sentence, below what had been `written` until then. None is a fault of the
    product itself."""
    title = f"<h3>{icon('error')}{both('error_title')}</h3>"
    said = both("error_unexpected") if error is None else sentence(error)
    return _turn(turn, question_html(turn, question), alert(f"{title}{_written(written)}<p>{said}</p>"))


def _read_notice(notice: str) -> tuple[str, list[str]]:
    """(the question that was searched for instead, or an empty string; the other lines)."""
    lines = [line for line in notice.splitlines() if line.strip()]
    if lines and (understood := _UNDERSTOOD.fullmatch(lines[0])):
        return understood[1], lines[1:]
    return "", lines


def _written(written: str) -> str:
    return f'<p class="raw" dir="auto">{plain(written)}</p>' if written.strip() else ""


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
        f'<span aria-hidden="true">{n}</span>{unseen("source_n", n=str(n))}</button>'
    )


def _conflict(turn: str, conflict: Conflict) -> str:
    about = f'<p class="about" dir="auto">{plain(conflict.about)}</p>' if conflict.about else ""
    values = "".join(_conflict_value(turn, value) for value in conflict.values)
    return (
        f'<div class="conflict"><h3>{icon("conflict")}{both("conflict")}</h3>{about}<ul>{values}</ul></div>'
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
    return f"<h3>{icon('refused')}{both('refused_title')}</h3>{why}"


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

"""Every question of a run as HTML: closed, one line says what became of it; open, everything it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any, Literal

from rag.errors import RagError
from rag.evaluate.html_markup import marked, number, plain
from rag.evaluate.html_words import say, slice_label
from rag.evaluate.metrics import source_matches
from rag.evaluate.rows import Row
from rag.evaluate.score import METRICS
from rag.location import location
from rag.schema import Language

Outcome = Literal["right", "missed", "wrong_refusal", "wrong_answer", "failed", "open"]
OUTCOMES: tuple[Outcome, ...] = ("failed", "wrong_answer", "wrong_refusal", "missed", "right", "open")

# The original text of a source, or of one page of it; raises a RagError where it is gone.
PageText = Callable[[str, int | None], str]

# Characters shown on each side of a quote: enough to see what the sentence is about.
_REACH_CHARACTERS = 220
_HITS_SHOWN = 5

MOST_QUESTIONS = 3000
"""Questions on a page, at some ten thousand characters each: browsers open 30 MB of text without trouble."""


def outcome_of(row: Row) -> Outcome:
    """What became of a question. One without gold is not judged."""
    scores = row["metrics"]
    if row["error"]:
        return "failed"
    if scores.get("wrong_answer"):
        return "wrong_answer"
    if scores.get("wrong_refusal"):
        return "wrong_refusal"
    given = [scores[key] for key in ("contains_answer", "list_complete") if scores.get(key) is not None]
    if given:
        return "right" if any(given) and not scores.get("states_wrong") else "missed"
    return "right" if scores.get("wrong_answer") is not None else "open"


def questions_html(rows: Sequence[Row], left_out: int, language: Language, page_text: PageText | None) -> str:
    """The list of questions in their order, with buttons that leave only those of one outcome. No script: the buttons
    are radio inputs, and the style hides what they exclude."""
    counts = Counter(map(outcome_of, rows))
    shown = [outcome for outcome in OUTCOMES if counts[outcome]]
    choices = [_choice("all", len(rows), language, checked=True)]
    choices += [_choice(outcome, counts[outcome], language) for outcome in shown if len(shown) > 1]
    listed = "".join(_question(f"q{n}", row, language, page_text) for n, row in enumerate(rows, start=1))
    note = f'<p class="note">{plain(say("left_out", language, n=left_out))}</p>' if left_out else ""
    return f'{note}<div class="filtered">{"".join(choices)}<div class="list">{listed}</div></div>'


def fitting(rows: Iterable[Row]) -> tuple[list[Row], int]:
    """The rows that a page can hold, in their order, and how many are left out: right ones first, which nobody opens
    first. No more rows than two pages hold are in memory."""
    right: list[tuple[int, Row]] = []
    others: list[tuple[int, Row]] = []
    count = 0
    for count, row in enumerate(rows, start=1):
        group = right if outcome_of(row) == "right" else others
        if len(group) < MOST_QUESTIONS:
            group.append((count, row))
    kept = sorted([*others, *right[: MOST_QUESTIONS - len(others)]], key=lambda numbered: numbered[0])
    return [row for _, row in kept], count - len(kept)


def _choice(outcome: str, count: int, language: Language, *, checked: bool = False) -> str:
    name = plain(say(f"outcome_{outcome}", language))
    return (
        f'<input type="radio" name="show" id="show-{outcome}"{" checked" if checked else ""}>'
        f'<label for="show-{outcome}">{name} <span class="n">{count}</span></label>'
    )


def _question(anchor: str, row: Row, language: Language, page_text: PageText | None) -> str:
    outcome = outcome_of(row)
    badge = f'<span class="badge {outcome}">{plain(say(f"outcome_{outcome}", language))}</span>'
    facts = [slice_label("lang", row["lang"], language), row["id"], *row["tags"]]
    line = " · ".join(f"<bdi>{plain(fact)}</bdi>" for fact in facts)
    return (
        f'<details class="question {outcome}" id="{anchor}"><summary>{badge}'
        f'<span class="asked" dir="auto">{plain(row["question"])}</span><span class="facts">{line}</span></summary>'
        f'<div class="inside">{"".join(inside(anchor, row, language, page_text))}</div></details>'
    )


def inside(anchor: str, row: Row, language: Language, page_text: PageText | None) -> Iterator[str]:
    """What is known about a question: the gold, the answer with its sources, the hits, the scores."""
    gold = _gold(row)
    yield _expected(row, gold, language)
    if row["error"]:
        said = plain(row["error"].get(language, row["error"].get("en", "")))
        yield _part("not_answered", f'<p class="bad">{said}</p>', language)
    if answer := row["answer"]:
        yield _part("answer", _answer(anchor, answer, gold, language), language)
        cited = [
            _citation(f"{anchor}-{citation['n']}", citation, gold, language, page_text)
            for citation in answer["citations"]
        ]
        yield _part("cited", _list(cited), language)
        near = [_hit(hit, row, gold, language) for hit in answer["nearest"]] if answer["refused"] else []
        yield _part("nearest", _list(near), language)
    if row.get("judge") and row["judge"]["error"]:
        said = say("judge_failed", language, error=row["judge"]["error"].get(language, ""))
        yield f'<p class="bad">{plain(said)}</p>'
    found = [_hit(hit, row, gold, language) for hit in row["hits"][:_HITS_SHOWN]]
    if found:
        yield f"<details><summary>{plain(say('found', language))}</summary>{_list(found)}</details>"
    yield _scores(row, language)


def _part(title: str, body: str, language: Language) -> str:
    return f"<h4>{plain(say(title, language))}</h4>{body}" if body else ""


def _list(items: Sequence[str]) -> str:
    return f'<ol class="sources">{"".join(items)}</ol>' if items else ""


def _gold(row: Row) -> list[str]:
    """Whatever is marked where it is said: the alternatives of an answer, and the spellings of a list's items."""
    spellings = [spelling for item in row.get("items", []) for spelling in item]
    return [*row["answers"], *spellings] if row["answerable"] is not False else []


def _expected(row: Row, gold: Sequence[str], language: Language) -> str:
    if row["answerable"] is False:
        return _part("expected", f"<p>{plain(say('expected_none', language))}</p>", language)
    answers = "".join(f'<li dir="auto">{plain(answer)}</li>' for answer in gold)
    places = [
        f'<li><bdi class="file">{plain(item["source"])}</bdi>'
        + (f'<blockquote dir="auto">{marked(item["quote"], gold)}</blockquote>' if item["quote"] else "")
        + "</li>"
        for item in row["relevant"]
    ]
    body = f'<ul class="answers">{answers}</ul>' if answers else ""
    if places:
        body += f"<details><summary>{plain(say('expected_in', language))}</summary>{_list(places)}</details>"
    return _part("expected", body, language)


def _answer(anchor: str, answer: dict[str, Any], gold: Sequence[str], language: Language) -> str:
    if answer["refused"]:
        return f'<p class="refused">{plain(say("refused", language))}</p>{_notice(answer)}'
    claims = "".join(_claim(anchor, claim, gold, language) for claim in answer["claims"])
    said = claims or f'<p class="claim" dir="auto">{marked(answer["answer"], gold)}</p>'
    return said + "".join(_conflict(conflict, language) for conflict in answer["conflicts"]) + _notice(answer)


def _claim(anchor: str, claim: dict[str, Any], gold: Sequence[str], language: Language) -> str:
    """A claim, the sources it names, and its state in words: colour alone says nothing to some."""
    chips = "".join(f' <a class="chip" href="#{anchor}-{n}">{n}</a>' for n in claim["citations"])
    state = claim["status"]
    return (
        f'<div class="claim {state}"><p dir="auto">{marked(claim["text"], gold)}{chips}</p>'
        f'<span class="state">{plain(say(state, language))}</span></div>'
    )


def _conflict(conflict: dict[str, Any], language: Language) -> str:
    values = " / ".join(
        f"<bdi>{plain(value['value'])}</bdi>" + "".join(f" [{n}]" for n in value["citations"])
        for value in conflict["values"]
    )
    about = f" «<bdi>{plain(conflict['about'])}</bdi>»" if conflict["about"] else ""
    return f'<p class="conflict"><b>{plain(say("conflict", language))}</b>{about}: {values}</p>'


def _notice(answer: dict[str, Any]) -> str:
    return "".join(
        f'<p class="notice" dir="auto">{plain(line)}</p>'
        for line in answer["notice"].splitlines()
        if line.strip()
    )


def _citation(
    anchor: str, citation: dict[str, Any], gold: Sequence[str], language: Language, page_text: PageText | None
) -> str:
    before, after = _around(citation, page_text)
    quote = f"{plain(before)}<mark>{marked(citation['quote'], gold)}</mark>{plain(after)}"
    return (
        f'<li id="{anchor}" value="{int(citation["n"])}">{_named(citation, language)}'
        f'<blockquote dir="auto">{quote}</blockquote>{_also(citation, language)}</li>'
    )


def _around(citation: dict[str, Any], page_text: PageText | None) -> tuple[str, str]:
    """The text on both sides of a quote, cut at spaces; nothing where it is not to be had."""
    if page_text is None:
        return "", ""
    try:
        text = page_text(citation["source"], citation["page"])
    except RagError:
        return "", ""
    start, end = citation["start"], citation["end"]
    if text[start:end] != citation["quote"]:
        return "", ""
    before, after = text[max(0, start - _REACH_CHARACTERS) : start], text[end : end + _REACH_CHARACTERS]
    if start > _REACH_CHARACTERS:
        before = "… " + before.split(" ", 1)[-1]
    if end + _REACH_CHARACTERS < len(text):
        after = after.rsplit(" ", 1)[0] + " …"
    return before.lstrip(), after.rstrip()


def _hit(hit: dict[str, Any], row: Row, gold: Sequence[str], language: Language) -> str:
    names = [item["source"] for item in row["relevant"]]
    places = [hit["source"], *(place["source"] for place in hit["also_in"])]
    is_gold = any(source_matches(place, name) for place in places for name in names)
    sign = f' <span class="badge right">{plain(say("is_relevant", language))}</span>' if is_gold else ""
    return (
        f"<li>{_named(hit, language)}{sign}"
        f'<blockquote dir="auto">{marked(hit["best_sentence"]["text"], gold)}</blockquote></li>'
    )


def _named(place: dict[str, Any], language: Language) -> str:
    """Title, file and page. A title that only repeats the file says nothing."""
    file_name = PurePath(place["source"]).name or place["source"]
    where = f'<bdi class="file" title="{plain(place["source"])}">{plain(file_name)}</bdi>'
    if place["page"] is not None:
        where += f" · {plain(location(place['source'], place['page'], language))}"
    title = (
        "" if place["title"] in {"", file_name, place["source"]} else f"<bdi>{plain(place['title'])}</bdi> — "
    )
    return f'<span class="named">{title}{where}</span>'


def _also(citation: dict[str, Any], language: Language) -> str:
    if not citation["also_in"]:
        return ""
    others = "، " if language == "ar" else ", "
    names = others.join(PurePath(place["source"]).name for place in citation["also_in"])
    return f'<p class="also">{plain(say("also_in", language, others=names))}</p>'


def _scores(row: Row, language: Language) -> str:
    cells = [
        f"<li>{plain(metric.name(language))} <b>{number(value, decimals=2)}</b></li>"
        for metric in METRICS
        if (value := row["metrics"].get(metric.key)) is not None
    ]
    answer = row["answer"]
    if answer:
        given = f"{answer['answerability']:.2f}"
        cells.append(f"<li>{plain(say('score_given', language, score=given))}</li>")
        cells.append(f"<li>{plain(say('engine', language, engine=answer['engine']))}</li>")
    taken = f"{row['seconds']:.2f}"
    cells.append(f"<li>{plain(say('took', language, seconds=taken))}</li>")
    return f'<ul class="scores" aria-label="{plain(say("scores", language))}">{"".join(cells)}</ul>'

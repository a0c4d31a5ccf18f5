"""Reports as pages: everything escaped, nothing asked for, right in both languages and at any width."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.errors import DatasetError, LibraryError
from rag.evaluate import html_questions
from rag.evaluate.html import report_html, write_html
from rag.evaluate.html_compare import comparison_html, write_comparison_html
from rag.evaluate.html_markup import answer_spans, marked, plain
from rag.evaluate.html_questions import outcome_of
from rag.evaluate.html_words import WORDS, slice_label
from rag.evaluate.rows import Row
from rag.schema import Language

HOSTILE = (
    "\"'><script>window.ran=1</script><img src=http://evil.invalid/x onerror=window.ran=1></style>\u202e{}%s"
)
PAGE = "سبق ذلك كلام طويل. افتتح الميناء سنة 1952 في العقبة. وتبعه كلام آخر."
QUOTE = "افتتح الميناء سنة 1952 في العقبة."


def citation(n: int = 1, **changes: Any) -> dict[str, Any]:
    """A citation of the port's sentence."""
    start = PAGE.index(QUOTE)
    made = {"n": n, "source": "/docs/port.txt", "title": "الميناء", "page": None, "start": start,
            "end": start + len(QUOTE), "quote": QUOTE, "also_in": []}  # fmt: skip
    return made | changes


def answer(**changes: Any) -> dict[str, Any]:
    """An answer of one supported claim."""
    made = {
        "question": "؟", "language": "ar", "engine": "extractive", "answer": f"{QUOTE} [1]", "refused": False,
        "reason": None, "conflicts": [], "nearest": [], "answerability": 0.8, "notice": "", "timings": {},
        "claims": [{"text": QUOTE, "status": "supported", "citations": [1], "reason": "", "support": 0.9}],
        "citations": [citation()],
    }  # fmt: skip
    return made | changes


def hit(**changes: Any) -> dict[str, Any]:
    """A hit as a row keeps it."""
    made = {"source": "/docs/port.txt", "title": "الميناء", "page": 3, "start": 0, "end": 9, "score": 0.5,
            "best_sentence": {"start": 0, "end": 9, "text": QUOTE}, "also_in": []}  # fmt: skip
    return made | changes


def row(number: int = 1, **changes: Any) -> Row:
    """A row that was answered rightly."""
    made = {
        "id": f"q{number}", "question": "متى افتتح الميناء؟", "lang": "ar", "answers": ["1952", "سنة ١٩٥٢"],
        "relevant": [{"source": "port.txt", "quote": QUOTE}], "relevant_sentences": [], "answerable": True,
        "tags": ["year"], "items": [], "wrong_answers": [], "conflict": None, "digest": f"d{number}", "error": None,
        "answer": answer(), "hits": [hit()], "metrics": {"ndcg@10": 1.0, "contains_answer": 1.0},
        "seconds": 0.25, "direction": "ar-ar", "costs": {}, "judge": None,
    }  # fmt: skip
    return made | changes


REFUSED = answer(refused=True, claims=[], citations=[], nearest=[hit()], answerability=0.1, answer="لا جواب")
ROWS = [
    row(1),
    row(2, lang="en", question="When was the port opened?", metrics={"ndcg@10": 0.5, "contains_answer": 0.0}),
    row(3, answer=REFUSED, metrics={"contains_answer": 0.0, "wrong_refusal": 1.0}),
    row(4, answers=[], relevant=[], answerable=False, metrics={"wrong_answer": 1.0}),
    row(5, answers=[], relevant=[], answerable=False, answer=REFUSED, metrics={"wrong_answer": 0.0}),
    row(
        6, answer=None, error={"type": "ModelError", "en": "It is down.", "ar": "توقّف."}, metrics={}, hits=[]
    ),
    row(7, answers=[], relevant=[], answerable=None, metrics={"contains_answer": None}),
    *(row(n, answer=answer(answerability=n / 20), seconds=n / 10) for n in range(8, 20)),
]


def score(value: float, n: int) -> dict[str, Any]:
    """A score with its interval."""
    return {"value": value, "n": n, "low": max(0.0, value - 0.1), "high": min(1.0, value + 0.1)}


METRICS = {"ndcg@10": score(0.912, 14), "contains_answer": score(0.8, 16), "wrong_refusal": score(0.0625, 16)}
REPORT: dict[str, Any] = {
    "format": 2, "created_at": "2026-11-22T01:02:03+00:00", "commit": None, "settings": {"top_k": 6, "llm": ""},
    "questions_sha256": "ab" * 32, "questions": len(ROWS), "errors": 1, "metrics": METRICS,
    "slices": {
        "lang": {"ar": {"ndcg@10": score(0.95, 12)}, "en": {"ndcg@10": score(0.7, 2)}},
        "direction": {"en-ar+en": {"ndcg@10": score(0.7, 2)}},
        "answerable": {"yes": {"ndcg@10": score(0.912, 14)}},
        "tag": {f"وسم {n}": {"ndcg@10": score(0.5, 1 + n)} for n in range(12)},
    },
    "costs": {"seconds": {"mean": 0.5, "median": 0.4, "p95": 1.9, "n": 18}},
}  # fmt: skip


def page_text(source: str, page: int | None) -> str:
    """The only page there is."""
    if source != "/docs/port.txt" or page is not None:
        raise LibraryError(en="gone", ar="اختفى")
    return PAGE


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_said_in_both_languages_with_the_same_values(key: str) -> None:
    english, arabic = WORDS[key]
    assert english
    assert arabic
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", arabic))


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (1, "right"),
        (2, "missed"),
        (3, "wrong_refusal"),
        (4, "wrong_answer"),
        (5, "right"),
        (6, "failed"),
        (7, "open"),
    ],
)
def test_outcomes(number: int, outcome: str) -> None:
    assert outcome_of(ROWS[number - 1]) == outcome


def test_a_list_is_right_when_it_is_whole_and_nothing_wrong_is_said() -> None:
    assert outcome_of(row(metrics={"list_complete": 1.0})) == "right"
    assert outcome_of(row(metrics={"list_complete": 0.0})) == "missed"
    assert outcome_of(row(metrics={"contains_answer": 1.0, "states_wrong": 1.0})) == "missed"


@pytest.mark.parametrize(
    ("value", "answers", "spans"),
    [
        ("شاركت 81 دولة.", ["81"], ["81"]),
        ("شاركت ٨١ دولةً، منها 81 عربية.", ["81 دولة", "81"], ["٨١ دولةً", "81"]),
        ("اجتمعوا بروما، ثم رحلوا", ["روما"], ["بروما"]),
        ("Rome (Italy), not 1981.", ["81", "Italy", "rome"], ["Rome", "Italy"]),
        ("The United States and the United States", ["United States"], ["United States", "United States"]),
        ("nothing here", ["81", ""], []),
        ("", ["81"], []),
    ],
)
def test_answers_are_marked_as_the_metric_finds_them(
    value: str, answers: list[str], spans: list[str]
) -> None:
    assert [value[start:end] for start, end in answer_spans(value, answers)] == spans
    assert re.sub("<[^>]+>", "", marked(value, answers)) == plain(value)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_is_one_file_that_asks_for_nothing(language: Language) -> None:
    made = report_html(REPORT, ROWS, language, page_text)
    style = re.search("<style>(.*)</style>", made, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in made
    assert "default-src 'none'" in made
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in made
    assert not re.search(
        r"<script|<link(?! rel=\"icon\" href=\"data:,\")|url\(|@import|\sstyle=|\son\w+=", made
    )
    assert all(one.startswith(("#", "data:")) for one in re.findall(r'(?:href|src)="([^"]*)"', made))


def test_numbers_intervals_and_slices_stand_in_tables() -> None:
    made = report_html(REPORT, ROWS, "en")
    assert (
        '<th scope="row">nDCG@10</th><td><bdi dir="ltr">0.912</bdi></td><td><bdi dir="ltr">0.81–1.00</bdi>'
        in made
    )
    assert "Wrong refusals" in made
    assert "less is better" in made
    assert "English → Arabic + English" in made
    assert "Is the answerability score right?" in made
    assert "How long did answers take?" in made
    # A setting that is empty was not used.
    assert "settings.top_k" in made
    assert "settings.llm" not in made
    # Summary, costs, languages, direction, twelve tags in two tables, and how it was measured. All that was measured
    # has an answer, so a table of what has one would repeat the summary.
    assert made.count("<table>") == 1 + 1 + 1 + 1 + 2 + 1
    arabic = report_html(REPORT, ROWS, "ar")
    assert slice_label("direction", "en-ar", "ar") == "الإنجليزية ← العربية"
    assert "الإنجليزية ← العربية + الإنجليزية" in arabic


def test_a_quote_is_marked_in_the_text_around_it() -> None:
    inside = f"<mark>{marked(QUOTE, ROWS[0]['answers'])}</mark>"
    with_text = report_html(REPORT, ROWS[:1], "ar", page_text)
    assert f"سبق ذلك كلام طويل. {inside} وتبعه كلام آخر." in with_text
    # Without the text, and where the source has gone or changed, the quote stands alone.
    gone = row(answer=answer(citations=[citation(source="/gone.txt"), citation(2, start=0, end=4)]))
    for rows, text in ((ROWS[:1], None), ([gone], page_text)):
        alone = report_html(REPORT, rows, "ar", text)
        assert f'<blockquote dir="auto">{inside}</blockquote>' in alone
        assert "سبق ذلك كلام طويل" not in alone


def test_a_run_without_gold_or_answers_still_makes_a_page() -> None:
    empty = {**REPORT, "metrics": {}, "slices": {}, "costs": {}}
    made = report_html(empty, [ROWS[5]], "en")
    assert "Nothing was measured." in made
    assert "It is down." in made
    assert "<svg" not in made


def test_of_too_many_questions_right_ones_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_questions, "MOST_QUESTIONS", 8)
    made = report_html(REPORT, ROWS, "en")
    assert made.count('<details class="question') == 8
    assert made.count('<details class="question right') == 3
    assert "11 questions are left out of this page" in made

    monkeypatch.setattr(html_questions, "MOST_QUESTIONS", 3)
    assert report_html(REPORT, iter(ROWS), "en").count('<details class="question') == 3


def hostile(number: int) -> Row:
    """A row in which everything that a file, a document or a model can choose is hostile."""
    claims = [{"text": HOSTILE, "status": "weak", "citations": [1], "reason": HOSTILE, "support": 0.1}]
    cited = citation(
        source=HOSTILE, title=HOSTILE, quote=HOSTILE, also_in=[{"source": HOSTILE, "title": HOSTILE}]
    )
    said = answer(
        engine=HOSTILE, claims=claims, citations=[cited], notice=HOSTILE,
        conflicts=[{"about": HOSTILE, "values": [{"value": HOSTILE, "citations": [1]}]}],
    )  # fmt: skip
    found = hit(source=HOSTILE, title=HOSTILE, best_sentence={"start": 0, "end": 1, "text": HOSTILE})
    return row(
        number, id=f"{HOSTILE}{number}", question=HOSTILE, lang=HOSTILE, answers=[HOSTILE], tags=[HOSTILE],
        relevant=[{"source": HOSTILE, "quote": HOSTILE}], answer=said, hits=[found],
        error={"type": "x", "en": HOSTILE, "ar": HOSTILE}, judge={"error": {"en": HOSTILE, "ar": HOSTILE}},
    )  # fmt: skip


HOSTILE_ROWS = [hostile(number) for number in range(1, 10)]
HOSTILE_REPORT = {
    **REPORT,
    "settings": {HOSTILE: HOSTILE},
    "slices": {HOSTILE: {HOSTILE: {"ndcg@10": score(0.5, 3)}}, "tag": {HOSTILE: {"ndcg@10": score(0.5, 3)}}},
}
DIFFERENCE = {
    "before": 0.9,
    "after": 0.8,
    "difference": -0.1,
    "low": -0.2,
    "high": 0.01,
    "n": 9,
    "p_value": 0.07,
}
COMPARISON: dict[str, Any] = {
    "paired": 9, "only_first": 1, "only_second": 0, "settings": {"llm": ["extractive", HOSTILE]},
    "slices": {HOSTILE: {HOSTILE: {}, "ب": {}}, "lang": {name: {"ndcg@10": DIFFERENCE} for name in ("ar", "en")}},
    "costs": {"seconds": {**DIFFERENCE, "after": 12.5}}, "errors": [0, 1], "metrics": {"ndcg@10": DIFFERENCE},
    "flips": [{"id": one["id"], "question": one["question"], "metric": "contains_answer", "before": 1.0, "after": 0.0,
               "better": False} for one in HOSTILE_ROWS],
}  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_hostile_becomes_markup(language: Language) -> None:
    first, second = (HOSTILE, HOSTILE_ROWS), (HOSTILE, HOSTILE_ROWS)
    for made in (
        report_html(HOSTILE_REPORT, HOSTILE_ROWS, language),
        comparison_html(COMPARISON, first, second, language),
    ):
        body = made[made.index("<body>") :]
        assert "<script" not in body
        assert "<img" not in body
        assert "</style" not in body
        assert "\u202e" not in body
        assert "&lt;script&gt;window.ran=1" in body
        for svg in re.findall("<svg.*?</svg>", body, re.DOTALL):
            ElementTree.fromstring(svg)


def test_a_comparison_shows_both_answers_of_what_changed() -> None:
    flips = [{"id": "q1", "question": ROWS[0]["question"], "metric": "contains_answer", "before": 1.0, "after": 0.0,
              "better": False}]  # fmt: skip
    after = row(
        1,
        answer=answer(claims=[{**answer()["claims"][0], "text": "افتتح سنة 1960."}]),
        metrics={"contains_answer": 0.0},
    )
    made = comparison_html({**COMPARISON, "flips": flips}, ("a", ROWS[:1]), ("b", [after]), "en")
    assert "افتتح سنة 1960." in made
    assert made.count('<details class="question">') == 1
    assert ">worse</span>" in made
    assert "-0.200 … +0.010" in made
    assert "0.070" in made
    assert "12.500" in made
    assert "By slice" in made
    assert "only in the first: 1" in made
    assert "No question changed" in comparison_html({**COMPARISON, "flips": []}, ("a", []), ("b", []), "en")


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    assert write_html(tmp_path, REPORT, ROWS, "ar").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(DatasetError, match="cannot be written"):
        write_html(tmp_path / "none", REPORT, ROWS, "ar")


# In a real browser


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1200, colours: str = "light") -> Iterator[Page]:
    """The page of a file. It asks for nothing but itself, and logs nothing."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=colours)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert asked == [path.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_report_in_a_browser(
    browser: Browser, tmp_path: Path, language: Language, width: int, colours: str
) -> None:
    path = write_html(tmp_path, REPORT, ROWS, language, page_text)
    with opened(browser, path, width=width, colours=colours) as page:
        assert page.evaluate("getComputedStyle(document.body).direction") == (
            "rtl" if language == "ar" else "ltr"
        )
        expect(page.locator("svg.plot").first).to_be_visible()
        first = page.locator(".question").first
        expect(first.locator(".claim").first).not_to_be_visible()
        first.locator("summary").first.click()
        expect(first.locator(".claim").first).to_be_visible()
        expect(first.locator("mark:not(.gold)")).to_contain_text("1952")
        first.locator(".chip").first.click()
        assert page.url.endswith("#q1-1")
        expect(page.locator(":target mark").first).to_be_in_viewport()
        # Bars begin where lines begin.
        label, bar = (
            page.locator(".plot .label").first.bounding_box(),
            page.locator(".plot .bar").first.bounding_box(),
        )
        assert label is not None
        assert bar is not None
        starts = (
            (label["x"] + label["width"], bar["x"] + bar["width"])
            if language == "ar"
            else (label["x"], bar["x"])
        )
        assert abs(starts[0] - starts[1]) < 3


def test_questions_of_one_outcome_can_be_chosen(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_html(tmp_path, REPORT, ROWS, "en")) as page:
        shown = page.locator(".question:visible")
        expect(shown).to_have_count(len(ROWS))
        for outcome, count in (("failed", 1), ("wrong_refusal", 1), ("right", 14), ("all", len(ROWS))):
            page.locator(f'label[for="show-{outcome}"]').click()
            expect(shown).to_have_count(count)
        page.locator("#show-all").focus()
        page.keyboard.press("ArrowRight")
        expect(shown).to_have_count(1)


def test_hostile_text_does_nothing_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    path = write_html(tmp_path, HOSTILE_REPORT, HOSTILE_ROWS, "ar")
    with opened(browser, path, width=360) as page:
        for question in page.locator(".question").all():
            question.locator("summary").first.click()
        assert page.evaluate("window.ran") is None
        assert page.locator("script, img, iframe, form").count() == 0


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_comparison_in_a_browser(browser: Browser, tmp_path: Path, language: Language) -> None:
    runs = (HOSTILE, HOSTILE_ROWS), (HOSTILE, HOSTILE_ROWS)
    path = write_comparison_html(tmp_path / "c.html", COMPARISON, *runs, language)
    with opened(browser, path, width=360, colours="dark") as page:
        expect(page.locator("svg.plot")).to_be_visible()
        page.locator(".question summary").first.click()
        expect(page.locator(".pair .claim").first).to_be_visible()
        assert page.evaluate("window.ran") is None


def test_only_opened_questions_are_printed(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_html(tmp_path, REPORT, ROWS, "ar"), colours="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        expect(page.locator(".filtered > label").first).not_to_be_visible()
        expect(page.locator(".question").first).to_be_visible()

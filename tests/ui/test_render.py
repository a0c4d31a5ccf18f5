"""What is shown is parsed again, as a browser would: hostile text may appear, but only as text."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.conversation import NO_ENGINE
from rag.errors import ModelError
from rag.index import Rating
from rag.schema import Conflict, ConflictValue, Place
from rag.ui.answer_actions import Kept
from rag.ui.excerpt import citation_excerpt, hit_excerpt
from rag.ui.markup import both, plain
from rag.ui.render import (
    answer_html,
    error_html,
    found_html,
    progress_html,
    question_html,
    stopped_html,
    unanswered_html,
)
from tests.ui.fakes import PAGE, QUOTE, always, make_answer, make_citation, make_claim, make_hit, make_refusal

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</mark></div><form action=//evil.example><input name=q>",
    "<style>*{display:none}</style>",
    "<!-- comment -->",
    "&lt;script&gt; &amp;",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    "${alert(1)} {{alert(1)}} `alert(1)`",
    "نص <b>عربي</b> و<a href='https://evil.example'>رابط</a>",
]
ELEMENTS = {
    *(
        "article",
        "aside",
        "bdi",
        "blockquote",
        "button",
        "details",
        "div",
        "footer",
        "form",
        "h2",
        "h3",
        "h4",
        "input",
        "label",
        "li",
        "mark",
        "ol",
        "p",
        "path",
    ),
    *("section", "span", "summary", "svg", "ul"),
}
ATTRIBUTES = {
    *(
        "aria-haspopup",
        "aria-hidden",
        "aria-labelledby",
        "aria-pressed",
        "autocomplete",
        "class",
        "d",
        *(
            f"data-{name}"
            for name in (
                "again",
                "alone",
                "asked",
                "chat",
                "cites",
                "copy",
                "end",
                "good",
                "message",
                "opens",
            )
        ),
        *(f"data-{name}" for name in ("page", "reads", "repeats", "source", "start")),
        "dir",
        "fill",
        "id",
        "lang",
        "maxlength",
        "name",
    ),
    *(
        "role",
        "stroke",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-width",
        "title",
        "type",
        "value",
        "viewBox",
    ),
}


def parse(html: str) -> LexborNode:
    body = LexborHTMLParser(f"<!doctype html><body>{html}").body
    assert body is not None
    return body


def elements(node: LexborNode) -> Iterator[LexborNode]:
    return (found for found in node.css("*") if found.tag not in {"body", "-text"})


def text_of(html: str, selector: str) -> str:
    node = parse(html).css_first(selector)
    assert node is not None, f"nothing matches {selector}"
    return node.text()


def everywhere(text: str) -> list[str]:
    """Every kind of HTML that is made, with `text` wherever a document, a model or a reader could put it."""
    page = f"before {text} {text}after"
    citation = make_citation(
        start=7, quote=text, source=f"{text}.txt", title=text, also_in=(Place(text, text, 2, 0, 1),)
    )
    shown = [citation_excerpt(citation, always(page))]
    hit = make_hit(page_text=page, quote=text, source=text, title=text)
    answer = make_answer(
        claims=[make_claim(text), make_claim(text, "weak"), make_claim(text, "unsupported", ())],
        citations=[citation],
        conflicts=[Conflict(text, (ConflictValue(text, (1,)), ConflictValue("83", ())))],
        engine=f"ollama:{text}",
        notice=f"Understood as: {text}\n{text}",
    )
    return [
        question_html("t1", text, text),
        progress_html("t1", text, "searching", text),
        found_html("t1", [hit], [hit_excerpt(hit)], left_out=2, shortened=1),
        stopped_html("t1", text, text, "a1"),
        answer_html("t1", text, answer, shown, Kept("c1", 0, Rating(is_good=True, word=text, rated_at=""))),
        answer_html("t1", text, make_refusal("model_refused", engine=text, hits=[hit]), [hit_excerpt(hit)]),
        error_html("t1", text, ModelError(en=text, ar=text), text, "a1"),
        unanswered_html("t1", text, "a1"),
        both("source_n", n=text),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_ever_text(text: str) -> None:
    for html in everywhere(text):
        body = parse(html)
        for element in elements(body):
            assert element.tag in ELEMENTS
            assert set(element.attributes) <= ATTRIBUTES
        assert text in body.text()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_letter_for_letter(text: str) -> None:
    html = everywhere(text)[4]
    assert text_of(html, "mark") == text
    assert text_of(html, ".question") == text
    assert text_of(html, ".title") == text
    assert parse(html).css_first(".file").attributes["title"] == f"{text}.txt"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc \u202e18 countries", "abc \ufffd18 countries"),
        ("\u202dقال\u202c", "\ufffdقال\u202c"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul\ufffd bell\ufffd escape\ufffd[31m"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("tab\tline\nnext\r\nlast", "tab\tline\nnext\nlast"),
        ("marks \u200f\u200e stay", "marks \u200f\u200e stay"),
        ("مُحَمَّد", "مُحَمَّد"),
    ],
)
def test_what_could_reorder_or_break_the_page_is_made_visible(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", [QUOTE, "جملة عربية.", "\u2067isolated", "\u202bembedded", "x" * 5000])
def test_document_text_stands_in_a_direction_of_its_own(text: str) -> None:
    """An isolate or embedding that a text leaves open ends with the element around it."""
    body = parse(everywhere(text)[4])
    for selector in (".question", ".claim", ".excerpt", ".preview", ".about", ".notice"):
        assert body.css_first(selector).attributes["dir"] == "auto"
    assert body.css_first(".file").tag == "bdi"


def test_the_marked_sentence_is_the_quote_inside_its_page() -> None:
    html = answer_html("t1", "q", make_answer(), [citation_excerpt(make_citation(), always(PAGE))])
    assert text_of(html, "mark") == QUOTE
    assert text_of(html, ".excerpt") == PAGE


def test_chips_are_buttons_that_name_their_source() -> None:
    html = answer_html("t7", "q", make_answer(), [citation_excerpt(make_citation(), always(PAGE))])
    chip = parse(html).css_first(".claim button.chip")
    assert chip.attributes["data-cites"] == "t7-1"
    assert chip.attributes["aria-haspopup"] == "dialog"
    assert "Source 1" in chip.text()
    assert "المصدر 1" in chip.text()
    target = parse(html).css_first("#t7-1")
    assert target is not None
    assert target.css_first("details").attributes.get("open", "closed") == "closed"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("weak", ["Partly supported", "مدعوم جزئيًّا"]),
        ("unsupported", ["Not found in the sources", "بلا سند في الوثائق"]),
    ],
)
def test_a_doubtful_claim_says_so_with_an_icon_and_words(status: str, words: list[str]) -> None:
    answer = make_answer(claims=[make_claim(status=status, citations=())], citations=[])
    html = answer_html("t1", "q", answer, [])
    shown = parse(html).css_first(".claim .status")
    assert all(word in shown.text() for word in words)
    assert shown.css_first("svg") is not None


def test_a_supported_claim_has_no_status() -> None:
    html = answer_html("t1", "q", make_answer(), [citation_excerpt(make_citation(), always(PAGE))])
    assert parse(html).css_first(".status") is None


def test_disagreeing_values_stand_side_by_side_with_their_sources() -> None:
    conflict = Conflict("دولة", (ConflictValue("81 دولة", (1, 2)), ConflictValue("83 دولة", (3,))))
    citations = [make_citation(n) for n in (1, 2, 3)]
    answer = make_answer(citations=citations, conflicts=[conflict])
    html = answer_html("t1", "q", answer, [citation_excerpt(c, always(PAGE)) for c in citations])
    values = parse(html).css(".conflict li")
    assert [value.css_first(".value").text(deep=False).strip() for value in values] == ["81 دولة", "83 دولة"]
    assert [[chip.attributes["data-cites"] for chip in value.css(".chip")] for value in values] == [
        ["t1-1", "t1-2"],
        ["t1-3"],
    ]
    assert [value.css_first("blockquote").text() for value in values] == [QUOTE, QUOTE]
    assert [value.css_first(".file").text() for value in values] == ["bridges.txt", "bridges.txt"]
    assert "Sources differ" in parse(html).css_first(".conflict h3").text()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("nothing_relevant", "Nothing in the documents is about this."),
        ("not_answered", "do not state the answer"),
        ("model_refused", "qwen3:4b read the passages and found no answer in them."),
    ],
)
def test_a_refusal_says_why_and_offers_the_nearest_passages(reason: str, words: str) -> None:
    hit = make_hit()
    answer = make_refusal(reason, engine="ollama:qwen3:4b", hits=[hit])
    html = answer_html("t1", "q", answer, [hit_excerpt(hit)])
    assert words in text_of(html, ".refused")
    assert "Nearest passages" in text_of(html, ".sources h3")
    assert text_of(html, "mark") == QUOTE
    assert parse(html).css_first(".claims") is None
    to_try = [item.css_first('[lang="en"]').text() for item in parse(html).css(".try li")]
    assert len(to_try) == 3
    assert "Ask in Arabic" in to_try[1]


def test_what_to_try_is_the_other_language() -> None:
    html = answer_html("t1", "سؤال", replace(make_refusal(), language="ar"), [])
    assert "اسأل بالإنجليزية" in text_of(html, ".try")


def test_a_card_says_where_its_quote_stands_letter_for_letter() -> None:
    """The browser sends it back to read there: what may not be shown has to come back too."""
    name = 'ملف \u202e"x"\r\n& <b>.txt'
    citation = make_citation(source=name, start=18, also_in=(Place("b&.txt", "B", 2, 5, 9),))
    html = answer_html(
        "t1", "q", make_answer(citations=[citation]), [citation_excerpt(citation, always(PAGE))]
    )
    card = parse(html).css_first(".source")
    assert [card.attributes[f"data-{key}"] for key in ("source", "page", "start", "end")] == [
        name,
        "",
        "18",
        str(18 + len(QUOTE)),
    ]
    assert card.css_first(".open-source").attributes["data-reads"] == "t1-1"
    also = card.css_first(".also .place").attributes
    assert [also[f"data-{key}"] for key in ("source", "page", "start", "end")] == ["b&.txt", "2", "5", "9"]


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("extractive", "Quoted from the documents, word for word; no model wrote this"),
        ("ollama:qwen3:4b", "Written by qwen3:4b, checked against the sources"),
    ],
)
def test_the_answer_says_who_wrote_it(engine: str, words: str) -> None:
    html = answer_html(
        "t1", "q", make_answer(engine=engine, citations=[], claims=[make_claim(citations=())]), []
    )
    assert words in text_of(html, ".meta")
    assert "0.42 s" in text_of(html, ".meta")


@pytest.mark.parametrize(
    ("notice", "searched", "lines"),
    [
        ("", None, []),
        ("One sentence was left out.", None, ["One sentence was left out."]),
        ("Understood as: Who chaired it (the meeting)?", "Who chaired it (the meeting)?", []),
        ("فُهم السؤال: من ترأس اجتماع روما؟\nحُذفت جملة.", "من ترأس اجتماع روما؟", ["حُذفت جملة."]),
        ("first\n\nUnderstood as: no such line", None, ["first", "Understood as: no such line"]),
    ],
)
def test_a_notice_has_its_lines_and_the_question_that_was_searched_for(
    notice: str, searched: str | None, lines: list[str]
) -> None:
    html = answer_html(
        "t1", "q", make_answer(notice=notice), [citation_excerpt(make_citation(), always(PAGE))]
    )
    assert [line.text() for line in parse(html).css(".notice")] == lines
    if searched is None:
        assert parse(html).css_first(".searched") is None
    else:
        assert text_of(html, ".searched bdi") == searched
        assert all(words in text_of(html, ".searched") for words in ("Searched for:", "بُحث عن:"))


def test_small_talk_has_neither_sources_nor_somebody_who_answered() -> None:
    answer = replace(make_answer(engine=NO_ENGINE, claims=[], citations=[]), text="Hello!", timings={})
    html = answer_html("t1", "hi", answer, [])
    assert text_of(html, ".claim") == "Hello!"
    for absent in (".sources", ".meta", ".chip", ".notice"):
        assert parse(html).css_first(absent) is None


@pytest.mark.parametrize(
    ("left_out", "shortened", "said"),
    [
        (0, 0, []),
        (1, 0, ["1 further source did not fit."]),
        (2, 0, ["2 further sources did not fit."]),
        (3, 1, ["3 further sources did not fit.", "1 of these is read only in part."]),
        (0, 4, ["4 of these are read only in part."]),
    ],
)
def test_what_does_not_fit_is_said_in_words(left_out: int, shortened: int, said: list[str]) -> None:
    hit = make_hit()
    html = found_html("t1", [hit], [hit_excerpt(hit)], left_out=left_out, shortened=shortened)
    lines = parse(html).css(".fit")
    assert [line.css_first('[lang="en"]').text() for line in lines] == said
    assert all("\u0600" <= line.css_first('[lang="ar"]').text()[0] <= "\u06ff" for line in lines)


def test_a_source_names_its_file_and_page_and_repeats_no_title() -> None:
    citation = make_citation(source="folder/report.pdf", title="report.pdf", page=12)
    html = answer_html(
        "t1", "q", make_answer(citations=[citation]), [citation_excerpt(citation, always(PAGE))]
    )
    assert parse(html).css_first(".title") is None
    assert text_of(html, ".file") == "report.pdf"
    assert "page 12" in text_of(html, ".where")
    assert "صفحة 12" in text_of(html, ".where")


def test_a_quote_whose_page_changed_is_shown_alone_and_says_so() -> None:
    html = answer_html("t1", "q", make_answer(), [citation_excerpt(make_citation(), always("changed"))])
    assert text_of(html, "mark") == QUOTE
    assert "could not be shown" in text_of(html, ".gone")


def test_an_error_speaks_both_languages_below_what_was_written() -> None:
    html = error_html("t1", "q", ModelError(en="The model stopped.", ar="توقّف النموذج."), "half an answer")
    card = parse(html).css_first('.card[role="alert"]')
    assert "half an answer" in card.css_first(".raw").text()
    assert card.css_first('p > .words > [lang="en"]').text() == "The model stopped."
    assert card.css_first('p > .words > [lang="ar"]').text() == "توقّف النموذج."


def test_a_fault_of_the_product_tells_no_detail() -> None:
    assert "Something went wrong inside Sanad" in text_of(error_html("t1", "q", None), ".card")


def test_an_answer_without_claims_shows_its_text() -> None:
    answer = make_answer(claims=[], citations=[])
    assert parse(answer_html("t1", "q", answer, [])).css_first(".claim") is not None


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("The bridge is long.", "long."),
        ("الجسر طويل.", "طويل."),
        ("One", "One"),
        ("ends in white space. ", "space. "),
        ("x" * 40, None),
        ("81 81 81", "81"),
    ],
)
def test_chips_stay_on_the_line_of_the_last_word(text: str, tail: str | None) -> None:
    answer = make_answer(claims=[make_claim(text)])
    html = answer_html("t1", "q", answer, [citation_excerpt(make_citation(), always(PAGE))])
    shown = parse(html).css_first(".tail")
    assert text in text_of(html, ".claim")
    assert (shown is None) == (tail is None)
    if shown is not None and tail is not None:
        assert shown.text().startswith(tail)
        assert shown.css_first(".chip") is not None

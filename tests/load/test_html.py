"""Web pages: what is kept, how it is laid out, and in which encoding it is read."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load.html import read_html
from rag.schema import Document

PROSE = "أكد الوزراء في البيان الختامي التزامهم بهزيمة التنظيم، ورحبوا بانضمام أربع دول إلى التحالف."


def read(body: str, head: str = "") -> Document:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), source="page.html")


def text_of(body: str) -> str:
    return read(body).pages[0].text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("<p>one<p>two", "one\n\ntwo", id="paragraphs"),
        pytest.param(
            "<div>one</div><div><div>two</div></div>tail", "one\ntwo\ntail", id="blocks do not add up"
        ),
        pytest.param("a<br>b<br><br>c<br><br><br>d", "a\nb\n\nc\n\nd", id="br"),
        pytest.param("<h1>عنوان</h1>نص", "عنوان\n\nنص", id="heading"),
        pytest.param("<ul><li>one<li>two <b>bold</b></ul>", "one\ntwo bold", id="list"),
        pytest.param("<p>a\n  b&nbsp; c</p>", "a b c", id="white space"),
        pytest.param("<p>في<b>ها</b> <i>شرط</i>.</p>", "فيها شرط.", id="inline elements part nothing"),
        pytest.param("<p>5 &lt; 6 &amp; &#1605;&eacute;</p>", "5 < 6 & مé", id="entities"),
        pytest.param("<pre>\nif x:\n    <b>y</b> = 1\n\nz</pre>", "if x:\n    y = 1\n\nz", id="preformatted"),
        pytest.param(
            "<table><tr><th>البلد</th><th>السكان</th></tr><tr><td><p>قطر</p></td><td>3</td></tr></table>",
            "البلد | السكان\nقطر | 3",
            id="table rows",
        ),
        pytest.param(
            f"<table><tr><td>menu</td><td><p>{PROSE * 3}</p><p>end</p></td></tr></table>",
            f"menu\n\n{PROSE * 3}\n\nend",
            id="a table used for layout",
        ),
        pytest.param("<p>a<!-- hidden -->b</p>", "ab", id="comment"),
        pytest.param("<form><article>kept</article></form>", "kept", id="a form around the page"),
    ],
)
def test_layout(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    "dropped",
    [
        "<script>var x</script>",
        "<style>p{}</style>",
        "<nav>menu</nav>",
        "<header><h1>Site</h1></header>",
        "<footer>(c)</footer>",
        "<aside>ads</aside>",
        "<form><p>mail</p><input></form>",
        "<button>ok</button>",
        "<svg><text>x</text></svg>",
        "<iframe>x</iframe>",
        "<noscript>turn on</noscript>",
        "<template><p>x</p></template>",
        "<select><option>x</select>",
        "<div hidden>x</div>",
        '<div aria-hidden="true">x</div>',
        '<p style="color: red; DISPLAY : none">x</p>',
        '<div role="navigation">x</div>',
    ],
)
def test_what_is_not_text_is_dropped(dropped: str) -> None:
    assert text_of(f"{dropped}<p>{PROSE}</p>{dropped}") == PROSE


def test_an_article_that_holds_most_of_the_text_is_the_text() -> None:
    page = (
        f"<p>Latest news</p><article><header><h1>عنوان</h1></header><p>{PROSE}</p></article><p>Comments</p>"
    )
    assert text_of(page) == f"عنوان\n\n{PROSE}"


def test_articles_that_are_teasers_do_not_hide_the_page() -> None:
    page = f"<p>{PROSE}</p><article>teaser</article><article>another</article>"
    assert text_of(page) == f"{PROSE}\n\nteaser\n\nanother"


def test_main_is_taken_where_no_article_is() -> None:
    assert text_of(f"<div>Latest</div><main><p>{PROSE}</p></main>") == PROSE


@pytest.mark.parametrize(
    ("head", "body", "headline"),
    [
        ('<title>T | Site</title><meta property="og:title" content="OG  title">', "<h1>H</h1>", "OG title"),
        ("<title>T | Site</title>", "<h1>عنوان <b>الخبر</b></h1>", "عنوان الخبر"),
        ("<title>T &amp;\n Site</title>", "", "T & Site"),
        ("<title>T</title>", "<header><h1>Logo</h1></header>", "T"),
        ("<title>T</title>", f"<h1>Site</h1><article><h1>Story</h1><p>{PROSE}</p></article>", "Story"),
        ("", "", ""),
    ],
)
def test_headline(head: str, body: str, headline: str) -> None:
    document = read(f"{body}<p>{PROSE}</p>", head)
    assert document.headline == headline
    assert document.title == (headline or "أكد الوزراء في البيان الختامي التزامهم بهزيمة التنظيم، ورحبوا…")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1256">', "windows-1256"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">', "windows-1256"),
        ('<meta charset="iso-8859-6">', "iso-8859-6"),
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta charset="windows-1256">', "utf-8"),
        ('<meta charset="windows-1256">', "utf-8-sig"),
        ('<meta charset="utf-8">', "utf-16"),
        ('<meta charset="utf-8">', "windows-1256"),
        ('<meta charset="unicode_escape">', "windows-1256"),
        ("", "windows-1256"),
    ],
)
def test_encoding(head: str, encoding: str) -> None:
    data = f"<html><head>{head}</head><body><p>{PROSE}</p></body></html>".encode(encoding)
    assert read_html(data, source="page.html").pages[0].text == PROSE


def test_a_page_that_says_latin_1_means_windows_1252() -> None:
    data = "<meta charset=iso-8859-1><p>“déjà” – l’été</p>".encode("windows-1252")
    assert read_html(data, source="page.html").pages[0].text == "“déjà” – l’été"


def test_furniture_is_found_in_the_extracted_text() -> None:
    page = read(f"<p>{PROSE}</p><div>مشاركة على:</div>").pages[0]
    assert [page.text[span.start : span.end] for span in page.furniture] == ["مشاركة على:"]


@pytest.mark.parametrize("body", ["", "<nav>menu</nav><script>x</script>", "<p> &nbsp; </p>"])
def test_a_page_without_text_is_an_error(body: str) -> None:
    with pytest.raises(LoadError, match=r"page\.html has no text besides navigation and scripts"):
        read(body)


def test_deep_nesting_does_not_overflow() -> None:
    assert text_of("<div>" * 5000 + PROSE) == PROSE

"""RTF as Word, WordPad and old Arabic programs write it."""

from __future__ import annotations

import pytest

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.rtf import read_rtf
from rag.schema import Document

FONTS = (
    r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset178 Arial (Arabic);}{\f2\fcharset161 Greek;}}"
)
PEACE = r"\'c7\'e1\'d3\'e1\'c7\'e3"


def load(rtf: str | bytes) -> list[Loaded]:
    return list(read_rtf(rtf.encode("ascii") if isinstance(rtf, str) else rtf, source="docs/قديم.rtf"))


def text_of(body: str, head: str = r"\ansi\ansicpg1252\deff0" + FONTS) -> str:
    (document,) = load(r"{\rtf1" + head + body + "}")
    assert isinstance(document, Document)
    return document.pages[0].text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (r"\ansi\ansicpg1256", PEACE),
        (r"\ansi\ansicpg1256\deff0{\fonttbl{\f0\fnil\fcharset178 Arial;}}", r"\f0 " + PEACE),
        # A font that names no script holds Arabic on an Arabic Windows.
        (r"\ansi\ansicpg1256\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}", r"\pard\plain\f0\rtlpar " + PEACE),
        (r"\ansi\ansicpg1252\deff0" + FONTS, r"{\f1 " + PEACE + "}"),
        (r"\ansi\ansicpg1252\deff1" + FONTS, r"\plain " + PEACE),
        (r"\ansi\ansicpg1252", r"\uc1\u1575\'c7\u1604\'e1\u1587\'d3\u1604\'e1\u1575\'c7\u1605\'e3"),
        (r"\ansi\ansicpg1252", r"\uc0\u1575\u1604\u1587\u1604\u1575\u1605"),
        (r"\ansi\ansicpg708", r"\'c7\'e4\'d3\'e4\'c7\'e5"),
        (r"\ansi{\fonttbl{\f0\cpg1256 Arial;}}", r"\f0 " + PEACE),
    ],
)
def test_arabic_comes_out_right(head: str, body: str) -> None:
    assert text_of(body, head) == "السلام"


def test_arabic_bytes_that_are_not_escaped() -> None:
    (document,) = load(rb"{\rtf1\ansi\ansicpg1256 " + "قال: السلام عليكم".encode("windows-1256") + b"}")
    assert isinstance(document, Document)
    assert (document.pages[0].text, document.language) == ("قال: السلام عليكم", "ar")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"one\par two\line three\par\par four", "one\n\ntwo\nthree\n\nfour"),
        (r"a\tab b\emdash c\~d\_e\-f \{g\} \\h", "a\tb—c\xa0d\u2011ef {g} \\h"),
        ("wrapped\r\n line", "wrapped line"),
        (r"{\f1 \'e3}{\f2 \'e1}{\f0 \'e9}", "مαé"),
        (r"\u-10179?\u-8704? smile \u0?x", "😀 smile \ufffdx"),
        (r"a{\*\generator Word;}{\header H\par}{\footerr F}{\*\unknown{deep}}b", "ab"),
        (r"{\field{\*\fldinst{HYPERLINK \"http://x\"}}{\fldrslt link}} text", "link text"),
        (r"shown\v hidden\v0  again {\deleted gone}end", "shown again end"),
        (r"a{\footnote \chftn note}b\par c", "ab\n\nnote\n\nc"),
        (
            r"a{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt box\par two\par}}{\shprslt copy}}b",
            "ab\n\nbox\ntwo",
        ),
        (r"{\listtext 1.\tab}first\par{\listtext 2.\tab}second", "1.\tfirst\n\n2.\tsecond"),
        (r"a{\pict\pngblip\bin5 }}}}}}b", "ab"),
        (r"\b0 a\b\i0 b\u1 \uc \u", "ab\x01"),
    ],
)
def test_what_stands_in_a_document(body: str, text: str) -> None:
    assert text_of(body) == text


def test_tables_are_rows_with_their_header() -> None:
    rows = [["City", "Size"], [r"{\f1 \'de\'e4\'c7}", "5"], [r"Tanta\par (Delta)", "6"]]
    table = "".join(
        r"\trowd\cellx1\cellx2\pard\intbl " + "".join(rf"{cell}\cell " for cell in row) + r"\row"
        for row in rows
    )
    assert text_of(rf"before\par {table}\pard after\par").split("\n\n") == [
        "before",
        "City: قنا | Size: 5",
        "City: Tanta (Delta) | Size: 6",
        "after",
    ]


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        (r"{\info{\title " + PEACE + r" \'e6\'c7\'e1\'c3\'e3\'e4}{\author A}}text", "السلام والأمن"),
        (
            r"{\info{\title Document1}}{\b The Title Of It}\par A longer text that follows the title of it.",
            "The Title Of It",
        ),
        (r"text", ""),
    ],
)
def test_the_headline_is_what_the_document_states(body: str, headline: str) -> None:
    (document,) = load(r"{\rtf1\ansi\ansicpg1256" + body + "}")
    assert isinstance(document, Document)
    assert document.headline == headline


def test_a_file_that_is_cut_short_is_read_and_said_to_be() -> None:
    document, failure = load(r"{\rtf1\ansi {\b The beginning}\par and th")
    assert isinstance(document, Document)
    assert document.pages[0].text == "The beginning\n\nand th"
    assert isinstance(failure, LoadError)
    assert failure.en.startswith("docs/قديم.rtf is cut short: what there is of it was read")
    assert "مبتور" in failure.ar


def test_what_follows_the_document_is_no_part_of_it() -> None:
    assert len(load(r"{\rtf1 text}} more \'")) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rb"{\rtf1\ansi{\pict\pngblip 89504e47}}", "holds pictures and no text"),
        (rb"{\rtf1\ansi\par }", "holds no text: there is nothing to index"),
        (b"%PDF-1.4", "is not an RTF document: it looks like a PDF"),
        (b"plain", "looks like plain text. Rename it so that it ends in .txt"),
        (b"\x00\x01", "is damaged and cannot be read as an RTF document"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(data)
    assert reason in caught.value.en
    assert "docs/قديم.rtf" in caught.value.ar


def test_thousands_of_links_in_one_line_are_read_at_once() -> None:
    """The library that this reader replaces took a minute for as many."""
    link = r"{\field{\*\fldinst{HYPERLINK x }}{\fldrslt link }}"
    assert text_of(link * 20_000).count("link") == 20_000


def test_groups_may_nest_as_deep_as_they_like() -> None:
    assert text_of("{" * 50_000 + "deep" + "}" * 50_000) == "deep"

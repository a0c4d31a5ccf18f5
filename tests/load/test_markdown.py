"""Markdown keeps its text; what nobody reads in it is furniture."""

from __future__ import annotations

import pytest

from rag.load.markdown import read_markdown

PROSE = "أكد الوزراء في البيان الختامي التزامهم بهزيمة التنظيم."


def furniture_of(text: str) -> list[str]:
    page = read_markdown(text.encode(), source="a.md").pages[0]
    assert page.text == text
    return [page.text[span.start : span.end] for span in page.furniture]


@pytest.mark.parametrize(
    ("text", "furniture"),
    [
        (f"---\ntitle: x\ntags: [a]\n---\n{PROSE}", ["---\ntitle: x\ntags: [a]\n---"]),
        (f"+++\r\ntitle = 'x'\r\n+++\r\n{PROSE}", ["+++\r\ntitle = 'x'\r\n+++"]),
        (f"{PROSE}\n\n---\n\ntext\n\n---\n", []),
        (f"<!-- note\nto self -->\n{PROSE}", ["<!-- note\nto self -->"]),
        (f"![صورة](a.png)\n{PROSE}", ["![صورة](a.png)"]),
        (f"[![CI](b.svg)](http://x) ![c][d]\n{PROSE}", ["[![CI](b.svg)](http://x) ![c][d]"]),
        (f"{PROSE}\n\n[1]: https://example.org 'x'\n[^1]: A footnote.", ["[1]: https://example.org 'x'"]),
        (f'<p align="center">\n{PROSE}\n</p>', ['<p align="center">', "</p>"]),
        (f"انظر [التقرير](http://x) و![رمز](y). {PROSE}", []),
        (f"- [التقرير](http://x)\n\n{PROSE}", []),
        (f"{PROSE}\n\nRelated articles\n", ["Related articles"]),
        (
            "```python\n# Related articles\n<!-- kept -->\nprint(1)\n```\ntext",
            ["```python", "```"],
        ),
        ("~~~~\n```\ncode\n~~~~\ntext", ["~~~~", "~~~~"]),
        ("text\n\n```\nunclosed <!-- x -->\n", ["```"]),
    ],
)
def test_furniture(text: str, furniture: list[str]) -> None:
    assert furniture_of(text) == furniture


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (f"# عنوان التقرير\n\n{PROSE}", "عنوان التقرير"),
        ("## Part\n\n# The *real* `title` of [it](http://x) ##\n", "The real title of it"),
        (f"snake_case في النص\n===\n{PROSE}", "snake_case في النص"),
        (f'---\nauthor: n\nTitle: "من المقدمة"\n---\n{PROSE}', "من المقدمة"),
        (f"---\ntitle: front\n---\n# heading\n{PROSE}", "heading"),
        ("```\n# comment\n```\ntext", ""),
        ("text\n\n    # indented code\n", ""),
        ("#hashtag\n\ntext", ""),
        (PROSE, ""),
    ],
)
def test_headline(text: str, headline: str) -> None:
    document = read_markdown(text.encode(), source="a.md")
    assert document.headline == headline
    assert document.media_type == "text/markdown"
    assert document.title

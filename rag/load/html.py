"""HTML → Document. The text extracted here is the document's original text: its offsets count in it, not in
the file.

Elements that browsers set apart come out on lines of their own, table rows as cells joined by " | ". The only
module that knows selectolax.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import LoadError
from rag.load.decode import decode
from rag.load.document import make_document
from rag.load.furniture import find_furniture
from rag.load.layout import LayoutWriter
from rag.schema import Document

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NOT_TEXT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "canvas"})
_CONTROLS = frozenset({"audio", "video", "button", "select", "textarea", "input", "dialog"})
_NEVER_TEXT = _NOT_TEXT | _CONTROLS | {"nav"}
_AROUND_TEXT = frozenset({"aside", "footer"})
_DROPPED_ROLES = frozenset(
    {"navigation", "search", "dialog", "alertdialog", "menu", "menubar", "contentinfo"}
)
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Some servers wrap a whole page in one form: it stays if it holds any of these.
_CONTENT_IN_FORM = "article, main, h1"
_MAIN_ELEMENTS = frozenset({"article", "main"})
_REGIONS = _MAIN_ELEMENTS | {"h1"}

# As in the HTML Standard's innerText: a blank line around paragraphs, a line break around other blocks.
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SECTIONS = frozenset({"article", "main", "section", "table", "figure", "hr", "ul", "ol", "dl"})
_PARAGRAPHS = _HEADINGS | _SECTIONS | {"p", "blockquote", "pre"}
_ROWS = frozenset({"tr", "thead", "tbody", "tfoot", "li", "dt", "dd"})
_BLOCKS = frozenset({"div", "center", "address", "details", "form", "fieldset", "header", "hgroup"})
_LINES = _ROWS | _BLOCKS | {"caption", "figcaption", "legend", "summary"}
_CELLS = frozenset({"td", "th"})
# A longer cell is part of a page layout made of tables, and keeps its own lines.
_MAX_INLINE_CELL_CHARACTERS = 200

# An article element that holds less than this of the page's text is a teaser or a comment.
_MIN_MAIN_SHARE = 0.5

# Browsers look for the declaration in the first 1024 bytes; real pages put scripts before it.
_CHARSET_WITHIN_BYTES = 8192
_CHARSET = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE
)
_SINGLE_BYTE = re.compile(r"(?:windows-|cp)?125\d|iso-?8859-\d+|latin-?1|us-ascii|ascii", re.IGNORECASE)
# The Encoding Standard reads these names as Windows-1252, because pages that say them mean it.
_REALLY_WINDOWS_1252 = re.compile(r"iso-?8859-1|latin-?1|us-ascii|ascii", re.IGNORECASE)


def read_html(data: bytes, *, source: str) -> Document:
    """The document of a web page: the text of its main content, its headline og:title, else h1, else title.

    Raises LoadError when the bytes are not text or no text is left without navigation, forms and scripts.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode_html(data, name=source))
    text, heading = _extract(tree)
    if not text:
        raise LoadError(
            en=f"{source} has no text besides navigation and scripts. "
            "Open it in a browser and save the page as text.",
            ar=f"لا نص في {source} سوى التنقل والبرمجيات. افتحه في متصفح واحفظ الصفحة نصًا.",
        )
    return make_document(
        text,
        source=source,
        headline=_open_graph_title(tree) or heading or _title(tree),
        furniture=find_furniture(text),
        media_type="text/html",
    )


def visible_text(markup: str) -> str:
    """All the text of a page that is somebody's words throughout (a chapter, an e-mail): its headers, footers and
    notes too, but no navigation and no scripts."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    return _walk(tree.body, is_whole=True)[0].strip() if tree.body else ""


def decode_html(data: bytes, *, name: str) -> str:
    """Text by byte-order mark, else UTF-8 if it is valid, else as the page declares, else as `decode`
    finds."""
    declared = _CHARSET.search(data, 0, _CHARSET_WITHIN_BYTES)
    if declared is None or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        return decode(data, name=name)
    charset = (declared.group(1) or declared.group(2)).decode("ascii")
    # Other names are left to `decode`: UTF-8, and codecs of Python's that no page means.
    if _SINGLE_BYTE.fullmatch(charset) is None:
        return decode(data, name=name)
    if _REALLY_WINDOWS_1252.fullmatch(charset):
        charset = "windows-1252"
    for encoding in ("utf-8-sig", charset):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return decode(data, name=name)


@dataclass(frozen=True, slots=True)
class _Region:
    """Where an element's text stands in the output."""

    tag: str
    start: int
    end: int


def _extract(tree: LexborHTMLParser) -> tuple[str, str]:
    """The main text, and the first top heading in it (in the whole page, if the main text has none)."""
    if tree.body is None:
        return "", ""
    text, regions = _walk(tree.body)
    main = _main_region(regions, len(text))
    headings = [
        region for region in regions if region.tag == "h1" and text[region.start : region.end].strip()
    ]
    inside = [region for region in headings if main.start <= region.start and region.end <= main.end]
    heading = next(iter(inside or headings), _Region("h1", 0, 0))
    return text[main.start : main.end].strip(), " ".join(text[heading.start : heading.end].split())


def _main_region(regions: list[_Region], length: int) -> _Region:
    for tag in ("article", "main"):
        largest = max(
            (region for region in regions if region.tag == tag),
            key=lambda region: region.end - region.start,
            default=_Region(tag, 0, 0),
        )
        if largest.end - largest.start >= length * _MIN_MAIN_SHARE and largest.end > largest.start:
            return largest
    return _Region("body", 0, length)


def _walk(body: LexborNode, *, is_whole: bool = False) -> tuple[str, list[_Region]]:
    """The text of the visible elements, and where articles, main parts and top headings stand in it.

    `is_whole` keeps what stands around the text of a web page: headers, footers, asides and forms. Without
    recursion: pages nest elements thousands deep.
    """
    writer = LayoutWriter()
    regions: list[_Region] = []
    open_regions: list[_Region] = []
    main_depth = 0
    stack: list[tuple[LexborNode, bool]] = [(body, True)]
    while stack:
        node, is_entering = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            writer.write(node.text_content or "")
        elif not is_entering:
            if tag in _REGIONS:
                region = open_regions.pop()
                regions.append(_Region(tag, region.start, writer.length))
            main_depth -= tag in _MAIN_ELEMENTS
            _leave(writer, tag)
        elif not (
            tag.startswith(("-", "!"))
            or tag in _NEVER_TEXT
            or _is_hidden(node)
            or (not is_whole and _is_around_text(node, tag, inside_main=main_depth > 0))
        ):
            _enter(writer, node, tag)
            main_depth += tag in _MAIN_ELEMENTS
            if tag in _REGIONS:
                open_regions.append(_Region(tag, writer.length, writer.length))
            stack.append((node, False))
            stack.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
    return "".join(writer.pieces), regions


def _enter(writer: LayoutWriter, node: LexborNode, tag: str) -> None:
    writer.break_line(_breaks(tag))
    if tag == "br":
        writer.add_break()
    elif tag == "pre":
        writer.pre_depth += 1
    elif tag in _CELLS:
        is_inline = node.css_first("table") is None and len(node.text()) <= _MAX_INLINE_CELL_CHARACTERS
        writer.open_cell(is_inline=is_inline)


def _leave(writer: LayoutWriter, tag: str) -> None:
    if tag == "pre":
        writer.pre_depth -= 1
    elif tag in _CELLS:
        writer.close_cell()
    writer.break_line(_breaks(tag))


def _breaks(tag: str) -> int:
    return 2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0


def _is_around_text(node: LexborNode, tag: str, *, inside_main: bool) -> bool:
    """Whether the element stands around the text of a page."""
    if tag == "header":
        # The header of an article holds its headline and date; the header of the page, its logo and menu.
        return not inside_main
    return tag in _AROUND_TEXT or (tag == "form" and node.css_first(_CONTENT_IN_FORM) is None)


def _is_hidden(node: LexborNode) -> bool:
    """Whether the element and all in it are not shown, or are no text by what they say they are for."""
    attributes = node.attributes
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _DROPPED_ROLES
        or _INVISIBLE_STYLE.search(attributes.get("style") or "") is not None
    )


def _open_graph_title(tree: LexborHTMLParser) -> str:
    node = tree.css_first('meta[property="og:title"]')
    return " ".join((node.attributes.get("content") or "").split()) if node else ""


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title")
    return " ".join(node.text().split()) if node else ""

"""Markdown → Document. The text stays as the author wrote it, so offsets point into the file."""

from __future__ import annotations

import re
from bisect import bisect_right

from rag.load.decode import decode
from rag.load.document import make_document
from rag.load.furniture import find_furniture
from rag.load.lines import Line, lines
from rag.schema import Document, Span

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*\r?\n(.*?)^(?:\1|\.\.\.)(?=[ \t]*\r?$)", re.DOTALL | re.MULTILINE
)
_FRONT_MATTER_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*(.+?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ATX_HEADING = re.compile(r"#[ \t]+(.+?)(?:[ \t]+#+)?$")
_SETEXT_UNDERLINE = re.compile(r"=+$")
_INDENTED_CODE = ("    ", "\t")

# Lines that hold nothing to read: images (linked or not), the targets of reference links, HTML tags.
_IMAGE = r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"
_LINK_TAIL = r"\](?:\([^)]*\)|\[[^\]]*\])"
_NOTHING_TO_READ = (
    re.compile(rf"(?:(?:\[{_IMAGE}{_LINK_TAIL}|{_IMAGE})\s*)+"),
    # Not [^1]: a footnote is text.
    re.compile(r"\[[^\]^][^\]]*\]:\s*\S.*"),
    re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+"),
)

_LINK_TEXT = re.compile(rf"!?\[([^\]]*){_LINK_TAIL}")
_EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")


def read_markdown(data: bytes, *, source: str) -> Document:
    """The document of a Markdown file. Its headline is the first top-level heading, else the front matter's
    title.

    Furniture: front matter, comments, fence markers (the code stays), and lines of nothing but images, link
    targets or tags. Raises LoadError when the bytes are not text.
    """
    text = decode(data, name=source)
    rows = lines(text)
    front = _FRONT_MATTER.match(text)
    body_start = front.end() if front else 0
    fences, fenced = _code(text, [line for line in rows if line.start >= body_start])
    prose = [line for line in rows if line.start >= body_start and not _inside(line.start, fenced)]
    furniture = [
        *fences,
        *(
            Span(line.start, line.end)
            for line in prose
            if any(p.fullmatch(line.text) for p in _NOTHING_TO_READ)
        ),
        *(Span(*match.span()) for match in _COMMENT.finditer(text) if not _inside(match.start(), fenced)),
        *find_furniture(_blanked(text, [Span(0, body_start), *fenced])),
    ]
    if front:
        furniture.append(Span(0, front.end()))
    return make_document(
        text,
        source=source,
        headline=_heading(text, prose) or (_front_matter_title(front.group(2)) if front else ""),
        furniture=furniture,
        media_type="text/markdown",
    )


def _code(text: str, rows: list[Line]) -> tuple[list[Span], list[Span]]:
    """The fence markers, and the whole blocks from one to the other; a block left open runs to the end."""
    markers: list[Span] = []
    blocks: list[Span] = []
    opened: tuple[str, int] | None = None
    for line in rows:
        fence = _FENCE.match(line.text)
        if fence is None:
            continue
        if opened is None:
            opened = (fence.group(), line.start)
        elif line.text.startswith(opened[0]) and not line.text.strip(opened[0][0]):
            blocks.append(Span(opened[1], line.end))
            opened = None
        else:
            continue
        markers.append(Span(line.start, line.end))
    if opened is not None:
        blocks.append(Span(opened[1], len(text)))
    return markers, blocks


def _blanked(text: str, spans: list[Span]) -> str:
    """The text with spaces in place of the ordered `spans`, so that offsets in the rest hold."""
    pieces = []
    end = 0
    for span in spans:
        pieces += [text[end : span.start], " " * (span.end - span.start)]
        end = span.end
    return "".join([*pieces, text[end:]])


def _inside(position: int, spans: list[Span]) -> bool:
    """Whether one of the ordered `spans` covers the position."""
    before = bisect_right(spans, position, key=lambda span: span.start)
    return before > 0 and position < spans[before - 1].end


def _heading(text: str, rows: list[Line]) -> str:
    """The first heading of level one, without its markup."""
    for index, line in enumerate(rows):
        if text.endswith(_INDENTED_CODE, 0, line.start):
            continue
        heading = _ATX_HEADING.match(line.text)
        if heading:
            return _without_markup(heading.group(1))
        if index + 1 < len(rows) and not line.blank_after and _SETEXT_UNDERLINE.match(rows[index + 1].text):
            return _without_markup(line.text)
    return ""


def _front_matter_title(front_matter: str) -> str:
    title = _FRONT_MATTER_TITLE.search(front_matter)
    return title.group(1).strip("\"'").strip() if title else ""


def _without_markup(heading: str) -> str:
    return " ".join(_EMPHASIS.sub("", _LINK_TEXT.sub(r"\1", heading)).split())

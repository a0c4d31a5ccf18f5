"""PowerPoint presentations (.pptx, .pptm, .ppsx) → Document: a page a slide, numbered as PowerPoint numbers them.

A slide's title comes first, then what else stands on it, then the speaker's notes. Slide numbers, dates and footers
are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from rag.errors import LoadError
from rag.load.document import Loaded, make_paged_document
from rag.load.kinds import SLIDES
from rag.load.ooxml import Relation, core_title, main_part, relations
from rag.load.refusals import SLIDE_PARTS, damaged, no_text, unreadable_parts
from rag.load.slides import slide_text
from rag.load.tables import table_paragraphs
from rag.load.zipped import Package, attribute, child, children, local_name, open_package
from rag.schema import Page

_USUAL_PART = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})
# The picture of the slide on its page of notes.
_NOT_NOTES = _FURNITURE | {"sldImg"}


@dataclass(frozen=True, slots=True)
class _Slide:
    title: str
    text: str
    has_pictures: bool


def read_pptx(data: bytes, *, source: str) -> Iterator[Loaded]:
    """The document of a presentation, and a LoadError that names the slides that are damaged.

    Its headline is the title on the first slide, else the title in its properties. Raises LoadError where the file
    is locked, damaged, something else, or holds no text.
    """
    package = open_package(data, source=source, kind=SLIDES)
    part = main_part(package, _USUAL_PART)
    targets = relations(package, part)
    slides: dict[int, _Slide] = {}
    broken: list[int] = []
    for number, entry in enumerate(children(package.xml(part), "sldIdLst"), start=1):
        try:
            slides[number] = _slide(package, targets.get(_relation_id(entry)))
        except LoadError:
            if package.is_spent:
                raise
            broken.append(number)
    pages = [Page(slide.text, number=number) for number, slide in slides.items() if slide.text]
    if not pages:
        if broken:
            raise damaged(source, SLIDES)
        raise no_text(source, has_pictures=any(slide.has_pictures for slide in slides.values()))
    yield make_paged_document(
        pages,
        source=source,
        headline=(slides[1].title if 1 in slides else "") or core_title(package),
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
    )
    if broken:
        yield unreadable_parts(source, SLIDE_PARTS, broken)


def _relation_id(entry: Element) -> str:
    """The attribute r:id; the plain `id` beside it is another thing."""
    return next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")


def _slide(package: Package, relation: Relation | None) -> _Slide:
    if relation is None:
        raise damaged(package.source, package.kind)
    shapes = child(package.xml(relation.target), "cSld", "spTree")
    if shapes is None:
        raise damaged(package.source, package.kind)
    targets = relations(package, relation.target)
    title, others, has_pictures = "", list[str](), False
    for shape in _shapes(shapes):
        kind = _placeholder(shape)
        name = local_name(shape)
        has_pictures |= name == "pic"
        if kind in _TITLES and not title:
            title = " ".join(" ".join(_paragraphs(shape)).split())
        elif name == "graphicFrame":
            others += _graphic(package, shape, targets)
        elif kind not in _FURNITURE:
            others += _paragraphs(shape)
    paragraphs = [title, *others] if title else others
    return _Slide(title, slide_text(paragraphs, _notes(package, targets)), has_pictures)


def _shapes(parent: Element) -> Iterator[Element]:
    """The shapes, pictures and graphics of a slide, also those in groups, in the order they are drawn."""
    stack = [parent]
    while stack:
        element = stack.pop()
        name = local_name(element)
        if name in {"sp", "pic", "graphicFrame"}:
            yield element
        elif name in {"spTree", "grpSp", "AlternateContent", "Choice"}:
            stack.extend(reversed(element))


def _placeholder(shape: Element) -> str:
    """What place of the layout the shape fills ("title", "ftr"), "" where it fills none."""
    place = child(shape, "nvSpPr", "nvPr", "ph")
    return attribute(place, "type") if place is not None else ""


def _paragraphs(parent: Element) -> list[str]:
    """What is written in an element, paragraph by paragraph."""
    texts = (_text(element).strip() for element in parent.iter() if local_name(element) == "p")
    return [text for text in texts if text]


def _text(paragraph: Element) -> str:
    pieces = []
    for element in paragraph.iter():
        name = local_name(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name == "br":
            pieces.append("\n")
    return "".join(pieces).replace("\v", "\n")


def _graphic(package: Package, frame: Element, targets: dict[str, Relation]) -> list[str]:
    """The rows of a table, or the texts of a diagram (SmartArt), whose part the frame names."""
    for element in frame.iter():
        name = local_name(element)
        if name == "tbl":
            rows = [
                ["\n".join(_paragraphs(cell)) for cell in row if local_name(cell) == "tc"]
                for row in element
                if local_name(row) == "tr"
            ]
            return list(table_paragraphs(enumerate(rows)))
        if name == "relIds":
            relation = targets.get(attribute(element, "dm"))
            return _paragraphs(package.xml(relation.target)) if relation else []
    return []


def _notes(package: Package, targets: dict[str, Relation]) -> list[str]:
    part = next((relation.target for relation in targets.values() if relation.kind == "notesSlide"), None)
    shapes = child(package.xml(part), "cSld", "spTree") if part else None
    if shapes is None:
        return []
    return [
        paragraph
        for shape in _shapes(shapes)
        if _placeholder(shape) not in _NOT_NOTES
        for paragraph in _paragraphs(shape)
    ]

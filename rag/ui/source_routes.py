"""The addresses below `/page/source`: a page of a document, more of its text, and its picture."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, BeforeValidator, Field

from rag.errors import LibraryError
from rag.index import Outline
from rag.picture import Box, find_marks
from rag.ui.source_panel import Asked, beyond_html, leaf_html, no_leaf_html, page_html
from rag.ui.source_picture import Pictures, is_offered
from rag.ui.source_text import Found, find_quote
from rag.ui.turn import Answers
from rag.ui.words import WORDS

# Beyond the longest sentence that is ever cited, and all that a form may send.
_MAX_QUOTE = 20_000
_MAX_NAME = 4_000
# The page of what has no pages.
PageNumber = Annotated[int | None, BeforeValidator(lambda value: None if value == "" else value)]
# The picture shows a document of the reader's: nothing of it is to stay in the browser's own files.
_NOT_KEPT = {"Cache-Control": "no-store"}


class SourceBody(BaseModel):
    """What source_panel.js and the panel's buttons send: see Asked."""

    source: str = Field(max_length=_MAX_NAME)
    page: PageNumber = None
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    quote: str = Field("", max_length=_MAX_QUOTE)
    n: int = Field(0, ge=0)
    total: int = Field(0, ge=0)
    picture: bool = True

    def asked(self) -> Asked:
        """What it says."""
        return Asked(
            self.source, self.page, self.start, self.end, self.quote, self.n, self.total, self.picture
        )


def source_router(assistant: Answers) -> APIRouter:
    """Over the documents that the assistant answers from. What is gone is a LibraryError."""
    router = APIRouter(prefix="/page/source")
    pictures = Pictures()

    def text_of(outline: Outline, page: int | None) -> str:
        if page not in outline.pages:
            en, ar = WORDS["page_unknown"]
            named = {"page": str(page), "source": outline.source}
            raise LibraryError(en=en.format(**named), ar=ar.format(**named))
        return assistant.page_text(outline.source, page)

    def read(asked: Asked) -> tuple[Outline, str, Found | None]:
        outline = assistant.index.outlines.of(asked.source)
        page_text = text_of(outline, asked.page)
        return (
            outline,
            page_text,
            find_quote(page_text, asked.quote, start=asked.start, end=asked.end),
        )

    @router.post("")
    def page(body: SourceBody) -> HTMLResponse:
        asked = body.asked()
        outline, page_text, found = read(asked)
        offered = asked.page is not None and is_offered(outline)
        return HTMLResponse(page_html(outline, asked, page_text, found, offered=offered), headers=_NOT_KEPT)

    @router.post("/leaf")
    def leaf(body: SourceBody) -> HTMLResponse:
        asked = body.asked()
        outline, page_text, found = read(asked)
        drawn = pictures.leaf(outline, asked.page) if asked.page is not None else None
        if drawn is None:
            return HTMLResponse(no_leaf_html(asked, page_text, found), headers=_NOT_KEPT)
        marks: tuple[Box, ...] = ()
        if found:
            said = page_text[found.span.start : found.span.end]
            marks = find_marks(drawn.words, said, occurrence=page_text.count(said, 0, found.span.start))
        return HTMLResponse(leaf_html(asked, drawn, marks, found), headers=_NOT_KEPT)

    @router.get("/more")
    def more(
        source: Annotated[str, Query(max_length=_MAX_NAME)],
        edge: int,
        above: bool,
        page: PageNumber = None,
    ) -> HTMLResponse:
        asked = Asked(source, page)
        page_text = text_of(assistant.index.outlines.of(source), page)
        return HTMLResponse(beyond_html(asked, page_text, edge, above=above), headers=_NOT_KEPT)

    @router.get("/picture")
    def picture(source: Annotated[str, Query(max_length=_MAX_NAME)], page: int) -> Response:
        drawn = pictures.leaf(assistant.index.outlines.of(source), page)
        if drawn is None:
            en, ar = WORDS["picture_changed"]
            raise LibraryError(en=en, ar=ar)
        return Response(drawn.png, media_type="image/png", headers=_NOT_KEPT)

    return router

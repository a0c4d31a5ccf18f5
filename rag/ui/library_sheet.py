"""The sheet of documents: adding them, the list of what there is, removing with undo, choosing for a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import AfterValidator, BaseModel, Field
from starlette.concurrency import run_in_threadpool

from rag.commands import OpenLibrary, PutBack, SetAside
from rag.index import Choice, Index
from rag.load import readable_suffixes
from rag.settings import LOOPBACK_HOSTS
from rag.ui.counted import with_count
from rag.ui.library_adding import Adding, Changes
from rag.ui.library_choice import choice_button, choice_line
from rag.ui.library_failures import no_path, not_this_machine, nothing_there
from rag.ui.library_intake import Intake
from rag.ui.library_list import Query as ListQuery
from rag.ui.library_list import Sort, found, list_html
from rag.ui.library_progress import progress_html
from rag.ui.library_receiving import FILES, SLACK_BYTES, add_receiving
from rag.ui.library_sample import sample_files, sample_start
from rag.ui.library_view import library_html
from rag.ui.sheets import Sheet
from rag.ui.turn import well_formed

# What was removed can be put back for so long.
UNDO = timedelta(hours=1)

Text = Annotated[str, AfterValidator(well_formed)]


class Seen(BaseModel):
    """The part of the list that a button stands in."""

    search: Text = ""
    sort: Sort = "newest"
    page: int = 1

    @property
    def query(self) -> ListQuery:
        """As the list takes it."""
        return ListQuery(self.search, self.sort, self.page)


class Removing(Seen):
    """One source of a row, or all that are selected."""

    source: Text = ""
    sources: list[Text] = Field(default_factory=list)


class Undoing(Seen):
    """A removal."""

    removal: str


class Offered(BaseModel):
    """What a page has: names with sizes in bytes."""

    page: str
    files: list[tuple[Text, int]]


class FolderAsked(BaseModel):
    """A path of this machine."""

    path: Text = ""


class Choosing(BaseModel):
    """The sources for a chat; `chat` is empty for one that is not begun, whose choice the browser keeps."""

    chat: str = ""
    sources: list[Text] = Field(default_factory=list)


def library_sheet(library: OpenLibrary, change: Changes) -> Sheet:
    """The sheet over an open library. What came before and was not indexed is indexed now."""
    max_bytes = library.settings.max_file_mb * 1024 * 1024
    suffixes = readable_suffixes(ocr=library.settings.ocr)
    adding = Adding(Intake(library.index, max_bytes, suffixes), change)
    router = APIRouter(prefix="/page/library", default_response_class=HTMLResponse)
    shelf = _Shelf(library.index, change)
    _add_list(router, shelf)
    _add_adding(router, adding, library, shelf)
    add_receiving(router, adding)
    _add_choice(router, library.index)
    shelf.forget_the_old()
    adding.go_on()
    return Sheet("library", "library_title", "library", router, {FILES: max_bytes + SLACK_BYTES})


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The documents as they are listed, and taking them off."""

    index: Index
    change: Changes

    def html(self, query: ListQuery, told: str = "") -> str:
        self.forget_the_old()
        sources, stats = self.index.sources(), self.index.stats()
        return list_html(
            found(sources, stats, query),
            stats,
            query,
            all_count=len(sources),
            removals=self.index.aside.removals(),
            told=told,
        )

    def forget_the_old(self) -> None:
        """Of what was removed too long ago."""
        self.index.aside.discard((datetime.now(UTC) - UNDO).isoformat(timespec="seconds"))


def _add_list(router: APIRouter, shelf: _Shelf) -> None:
    @router.get("/list")
    def listed(search: Text = "", sort: Sort = "newest", page: int = 1) -> str:
        return shelf.html(ListQuery(search, sort, page))

    @router.get("/names", response_class=JSONResponse)
    def names(search: Text = "") -> list[str]:
        return [one.source for one in found(shelf.index.sources(), {}, ListQuery(search))]

    @router.post("/remove")
    def remove(body: Removing) -> str:
        sources = (*body.sources, *filter(None, [body.source]))
        shelf.change(SetAside(sources))
        return shelf.html(body.query)

    @router.post("/undo")
    def undo(body: Undoing) -> str:
        restored = shelf.change(PutBack(body.removal))
        return shelf.html(body.query, with_count("restored", "documents", len(restored)))


def _add_adding(router: APIRouter, adding: Adding, library: OpenLibrary, shelf: _Shelf) -> None:
    @router.get("")
    def show(request: Request) -> str:
        return library_html(
            adding=progress_html(adding.snapshot()),
            listed=shelf.html(ListQuery()),
            limit_mb=library.settings.max_file_mb,
            suffixes=sorted(readable_suffixes(ocr=library.settings.ocr)),
            is_local=_is_local(request),
            has_sample=not shelf.index.count() and bool(sample_files()),
        )

    @router.get("/adding")
    def progress() -> str:
        return progress_html(adding.snapshot())

    @router.post("/offer", response_class=JSONResponse)
    def offer(body: Offered) -> list[str]:
        return adding.offer(body.files, body.page)

    @router.post("/left")
    async def left(request: Request) -> Response:
        page = (await request.body()).decode("utf-8", "replace")
        await run_in_threadpool(adding.intake.page_left, page)
        return Response(status_code=204)

    @router.post("/stop")
    def stop() -> str:
        adding.stop()
        return progress_html(adding.snapshot())

    @router.post("/dismiss")
    def dismiss() -> str:
        adding.dismiss()
        return progress_html(adding.snapshot())

    @router.post("/folder")
    def folder(body: FolderAsked, request: Request) -> str:
        if not _is_local(request):
            raise not_this_machine()
        path = _path(body.path)
        adding.add_folder([str(path)], str(path.parent), str(path))
        return progress_html(adding.snapshot())

    @router.post("/sample")
    def sample() -> str:
        if sample_files():
            adding.add_folder(sample_files(), str(sample_start()), "")
        return progress_html(adding.snapshot())


def _add_choice(router: APIRouter, index: Index) -> None:
    def told(choice: Choice) -> dict[str, Any]:
        return {
            "sources": choice.sources,
            "button": choice_button(choice),
            "line": choice_line(choice),
        }

    @router.get("/choice", response_class=JSONResponse)
    def chosen(chat: str = "") -> dict[str, Any]:
        return told(index.chats.choice(chat))

    @router.post("/choice", response_class=JSONResponse)
    def choose(body: Choosing) -> dict[str, Any]:
        if body.chat:
            index.chats.choose(body.chat, body.sources)
            return told(index.chats.choice(body.chat))
        gone = set(index.files.missing(body.sources))
        there = tuple(source for source in body.sources if source not in gone)
        return told(Choice(there, tuple(sorted(gone))))


def _is_local(request: Request) -> bool:
    """Whether who asks sits at this machine."""
    return request.client is not None and request.client.host in LOOPBACK_HOSTS


def _path(given: str) -> Path:
    """The folder or file that is meant. Raises LoadError."""
    # A path that was copied may stand in quotes.
    stripped = given.strip().strip("\"'“”«»").strip()
    try:
        path = Path(stripped).expanduser()
        there = path.is_absolute() and path.exists()
    except (OSError, ValueError, RuntimeError):
        raise no_path(stripped) from None
    if not path.is_absolute():
        raise no_path(stripped)
    if not there:
        raise nothing_there(stripped)
    return path

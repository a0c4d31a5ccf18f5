"""The addresses of the server: health, the public JSON, the OpenAI-compatible chat, and the page at "/"."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Annotated, Any, Literal, Protocol
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from rag.api.access import Access
from rag.api.bodies import AskBody, ChatBody, SearchBody
from rag.api.chat import CompletionStream, completion_json, error_json, models_json
from rag.api.commands import Commands
from rag.api.guard import Guard
from rag.api.limits import BodyLimit
from rag.errors import LibraryError, LoadError, ModelError, QuestionError, RagError
from rag.export import chat_json, chat_markdown
from rag.index import Chat
from rag.schema import Answer, Event, Language, Retrieval
from rag.serialise import answer_json, search_json
from rag.ui.kept import find_chat
from rag.ui.page import mount_page, page_script
from rag.ui.sheets import Sheet
from rag.ui.turn import Answers

# The first that fits decides; anything else is a fault of this server's set-up.
_STATUS: tuple[tuple[type[RagError], int], ...] = (
    (QuestionError, 400),
    (LoadError, 422),
    (LibraryError, 503),
    (ModelError, 502),
    (RagError, 500),
)

# What no file system takes in a name, and what could make one read as another.
_NOT_IN_A_FILE_NAME = re.compile(
    '[\x00-\x1f\x7f"*/:<>?\\\\|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+'
)


class Serves(Answers, Protocol):
    """What the server needs of an assistant: what the page needs, and whole answers and searches."""

    def ask(self, question: str, *, among: Collection[str] | None = None) -> Answer:
        """The answer alone."""

    def search(self, question: str, k: int, *, among: Collection[str] | None = None) -> Retrieval:
        """The `k` best passages."""


def create_app(
    assistant: Serves,
    *,
    ui_language: str,
    password: str = "",
    commands: Commands | None = None,
    sheets: Sequence[Sheet] = (),
) -> FastAPI:
    """The whole server as an ASGI app. With a `password` (RAG_AUTH) everybody has to give it, and may use any name of
    this machine; without, only the loopback names. With `commands` it does those of terminals, too. `sheets` are what
    opens over the page's chat."""
    # FastAPI's own documentation pages load their scripts from another host, so there are none.
    app = FastAPI(title="Sanad", docs_url=None, redoc_url=None)
    app.add_exception_handler(RagError, _say_error)
    app.add_exception_handler(RequestValidationError, _say_invalid)
    _add_routes(app, assistant)
    if commands:
        commands.mount(app)
    mount_page(app, assistant, ui_language=ui_language, sheets=sheets, can_log_out=bool(password))
    app.add_middleware(
        BodyLimit, most_bytes={path: most for sheet in sheets for path, most in sheet.takes.items()}
    )
    if password:
        app.add_middleware(Access, password=password, ui_language=ui_language)
    app.add_middleware(Guard, any_host=bool(password), scripts=[page_script(ui_language)])
    return app


def _add_routes(app: FastAPI, assistant: Serves) -> None:
    @app.get("/health")
    def health() -> dict[str, Any]:
        sources = assistant.sources()
        return {
            "status": "ok",
            "engine": assistant.engine_name,
            "sources": len(sources),
            "passages": sum(source.passages for source in sources),
        }

    @app.post("/api/ask")
    def ask(body: AskBody) -> dict[str, Any]:
        return answer_json(assistant.ask(body.question, among=body.only))

    @app.post("/api/search")
    def search(body: SearchBody) -> dict[str, Any]:
        return search_json(assistant.search(body.question, body.k, among=body.only))

    @app.get("/api/chats/{chat_id}/export")
    def export(
        chat_id: str,
        file_format: Annotated[Literal["markdown", "json"], Query(alias="format")] = "markdown",
        language: Language = "en",
    ) -> Response:
        chat = find_chat(assistant.index.chats, chat_id)
        if chat is None:
            return JSONResponse(error_json(_no_such_chat()), status_code=404)
        if file_format == "json":
            return _file(
                chat, json.dumps(chat_json(chat), ensure_ascii=False, indent=2), "application/json", "json"
            )
        return _file(chat, chat_markdown(chat, language), "text/markdown", "md")

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return models_json()

    @app.post("/v1/chat/completions", response_model=None)
    def chat(body: ChatBody) -> dict[str, Any] | CompletionStream:
        question = body.question()
        if not body.stream:
            return completion_json(assistant.ask(question))
        events = assistant.events(question)
        # The first event comes before the response starts, so that what fails at once has its own status.
        first = next(events)
        return CompletionStream(_joined(first, events))


def _joined(first: Event, rest: Iterator[Event]) -> Generator[Event, None, None]:
    """`first` and the `rest`. Closing it closes the assistant's, as when a client goes away."""
    yield first
    yield from rest


def _file(chat: Chat, content: str, media_type: str, suffix: str) -> Response:
    """A file to be saved under the chat's title: RFC 6266, with a plain name for those who cannot read the other."""
    title = " ".join(_NOT_IN_A_FILE_NAME.sub(" ", chat.info.title).split()).strip(". ") or chat.info.id
    name = (
        f"filename=\"chat-{chat.info.id}.{suffix}\"; filename*=UTF-8''{quote(f'{title}.{suffix}', safe='')}"
    )
    headers = {"Content-Disposition": f"attachment; {name}", "Cache-Control": "no-store"}
    return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _no_such_chat() -> LibraryError:
    return LibraryError(
        en="There is no such chat; it may have been deleted. See which there are on the page, or with: rag chats",
        ar="لا توجد هذه المحادثة، وربما حُذفت. اعرض المحادثات في الصفحة أو بالأمر: rag chats",
    )


async def _say_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RagError)
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return JSONResponse(error_json(error), status_code=status)


async def _say_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = QuestionError(
        en=f"The request cannot be read: {where}: {first['msg']}. Correct that part and send it again.",
        ar=f"تعذّرت قراءة الطلب عند {where} ({first['msg']}). صحّح هذا الجزء وأرسله ثانية.",
    )
    return JSONResponse(error_json(said), status_code=422)

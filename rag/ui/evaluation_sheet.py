"""The sheet of evaluation: questions of one's own, asked of the library that is open, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from rag.errors import DatasetError, RagError
from rag.evaluate import Comparison, compare_runs, read_report, read_rows
from rag.evaluate.html import report_html
from rag.evaluate.html_compare import comparison_html as comparison_page
from rag.evaluate.html_markup import page_policy
from rag.evaluate.rows import REPORT_FILE
from rag.schema import Language
from rag.ui.evaluation_runs import SAMPLE_QUESTIONS, Evaluations, told
from rag.ui.evaluation_view import comparison_html, evaluation_html, going_html, wrong_html
from rag.ui.excerpt import PageText
from rag.ui.markup import both
from rag.ui.sheets import Sheet

# Ten thousand questions with long answers are 5 MB; they are held in memory while they are read.
MOST_FILE_MB = 20
_MEGABYTE = 1024 * 1024


class ChosenRun(BaseModel):
    """A run that a button speaks of."""

    run: str


def evaluation_sheet(evaluations: Evaluations, page_text: PageText) -> Sheet:
    """The sheet over the runs of a data folder. `page_text` is the text that reports show around quotes."""
    router = APIRouter(prefix="/page/evaluation", default_response_class=HTMLResponse)

    def body(*, done: str = "", error: RagError | None = None) -> str:
        return evaluation_html(
            evaluations.going,
            evaluations.earlier(),
            has_sample=SAMPLE_QUESTIONS.exists(),
            told=both(done) if done else "",
            wrong=wrong_html(error) if error else "",
        )

    def doing(act: Callable[[], None], done: str = "") -> str:
        """The sheet after something was done, or with why it was not."""
        try:
            act()
        except RagError as error:
            return body(error=error)
        return body(done=done)

    @router.get("")
    def show() -> str:
        return body()

    @router.get("/going")
    def going() -> str:
        return going_html(evaluations.going)

    @router.post("/files")
    async def start(request: Request, name: str = "", limit: str = "") -> str:
        try:
            content = await _content(request, name)
            most = _limit(limit)
        except DatasetError as error:
            return body(error=error)
        # Reading the file and opening the model take a while: not in the server's own loop.
        return await run_in_threadpool(doing, lambda: evaluations.start(name, content, most))

    @router.post("/sample")
    def start_sample() -> str:
        return doing(evaluations.start_sample)

    @router.post("/stop")
    def stop() -> str:
        return doing(evaluations.stop)

    @router.post("/go-on")
    def go_on(chosen: ChosenRun) -> str:
        return doing(lambda: evaluations.go_on(chosen.run))

    @router.post("/delete")
    def delete(chosen: ChosenRun) -> str:
        return doing(lambda: evaluations.delete(chosen.run), "run_deleted")

    @router.get("/compare")
    def compare(run: str = "") -> str:
        try:
            first, second = _two(run)
            compared = _compared(evaluations, first, second)
        except RagError as error:
            return wrong_html(error)
        return comparison_html(evaluations.find(first).run, evaluations.find(second).run, compared)

    @router.get("/comparison")
    def comparison(first: str, second: str, language: Language) -> HTMLResponse:
        before, after = (
            (_title(evaluations, run), read_rows(evaluations.folder(run))) for run in (first, second)
        )
        compared = _compared(evaluations, first, second)
        return _page(comparison_page(compared.as_json(), before, after, language))

    @router.get("/runs/{run}/report")
    def report(run: str, language: Language) -> HTMLResponse:
        folder = evaluations.folder(run)
        return _page(report_html(read_report(folder), read_rows(folder), language, page_text))

    @router.get("/runs/{run}/report.json", response_class=FileResponse)
    def figures(run: str) -> FileResponse:
        folder = evaluations.folder(run)
        return FileResponse(
            folder / REPORT_FILE,
            media_type="application/json",
            filename=f"report-{run}.json",
            headers={"Cache-Control": "no-store"},
        )

    # A byte more, so that a file that is too large is told so by its name.
    takes = {f"{router.prefix}/files": MOST_FILE_MB * _MEGABYTE + 1}
    return Sheet("evaluation", "evaluation_title", "evaluation", router, takes)


async def _content(request: Request, name: str) -> bytes:
    """The file that is sent. Raises DatasetError where there is none, or it is too large, before it is read whole."""
    if not name:
        raise told("file_missing")
    most = MOST_FILE_MB * _MEGABYTE
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise told("file_too_large", name=name, most=MOST_FILE_MB)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise told("file_too_large", name=name, most=MOST_FILE_MB)
    return bytes(content)


def _limit(written: str) -> int | None:
    if not written.strip():
        return None
    if not written.strip().isdecimal() or int(written) < 1:
        raise told("limit_wrong")
    return int(written)


def _two(runs: str) -> tuple[str, str]:
    """The two runs that are ticked, the older first: ids begin with their time."""
    chosen = sorted(filter(None, runs.split(",")))
    if len(chosen) != 2:
        raise told("compare_not_two")
    return chosen[0], chosen[1]


def _compared(evaluations: Evaluations, first: str, second: str) -> Comparison:
    """What changed between two finished runs. Raises DatasetError."""
    folders = evaluations.folder(first), evaluations.folder(second)
    try:
        return compare_runs(*folders)
    except DatasetError as error:
        # The one reason that is left; rag.evaluate would name the folders, and the reader knows names and times.
        raise told("compare_nothing_common") from error


def _title(evaluations: Evaluations, run_id: str) -> str:
    run = evaluations.find(run_id).run
    return f"{run.name} ({run.started:%Y-%m-%d %H:%M})"


def _page(content: str) -> HTMLResponse:
    """A page of its own, which may do nothing but show itself."""
    policy = f"{page_policy()}; frame-ancestors 'none'; sandbox"
    return HTMLResponse(content, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

"""Taking in the files that a browser sends, each as the body of a request, written to the disk as it comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from rag.errors import RagError
from rag.ui.library_adding import Adding

# Where files are sent to, one each.
FILES = "/page/library/files"
# So much more than a file may have is let through to here, so that what is said of it names the file.
SLACK_BYTES = 1024 * 1024
# What is written to the disk at one time: chunks come as the network makes them.
_WRITE_BYTES = 1024 * 1024


def add_receiving(router: APIRouter, adding: Adding) -> None:
    """The address below the sheet's where a file is sent under the id that it was offered."""
    intake = adding.intake

    @router.put("/files/{entry_id}")
    async def receive(entry_id: str, request: Request) -> Response:
        told = request.headers.get("content-length", "")
        part = await run_in_threadpool(intake.begin, entry_id, int(told) if told.isdecimal() else 0)
        try:
            await _write(part, request, lambda size: intake.came(entry_id, size))
            await run_in_threadpool(intake.arrived, entry_id, part)
        except ClientDisconnect:
            await run_in_threadpool(intake.broke_off, entry_id)
            return Response(status_code=400)
        except RagError as error:
            await run_in_threadpool(intake.broke_off, entry_id, error)
            raise
        finally:
            await run_in_threadpool(part.unlink, missing_ok=True)
        adding.work()
        return Response(status_code=204)


async def _write(part: Path, request: Request, came: Callable[[int], None]) -> None:
    """Write a body to the disk as it comes. Raises RagError, ClientDisconnect."""
    waiting, size = bytearray(), 0

    def write() -> None:
        with part.open("ab") as file:
            file.write(waiting)

    async for chunk in request.stream():
        waiting += chunk
        size += len(chunk)
        if len(waiting) >= _WRITE_BYTES:
            came(size)
            await run_in_threadpool(write)
            waiting.clear()
    came(size)
    await run_in_threadpool(write)

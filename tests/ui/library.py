"""A library that is open as `rag serve` has it, with the sheet of documents over it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient

from rag.api import Commands, create_app
from rag.commands import OpenLibrary
from rag.pipeline import open_index
from rag.schema import Embedder
from rag.ui.library_sheet import library_sheet
from tests.commands.building import PATIENCE_SECONDS, settings_of
from tests.fakes import FakeEmbedder


@dataclass(frozen=True, slots=True)
class Opened:
    """What a test works with."""

    library: OpenLibrary
    commands: Commands
    client: TestClient

    def sources(self) -> list[str]:
        return [source.source for source in self.library.index.sources()]

    def offer(self, files: dict[str, str | bytes], page: str = "page") -> dict[str, str]:
        """Name → the id that it is to be sent under."""
        told = [(name, len(_bytes(content))) for name, content in files.items()]
        reply = self.client.post("/page/library/offer", json={"page": page, "files": told})
        assert reply.status_code == 200, reply.text
        return dict(zip(files, reply.json(), strict=True))

    def send(self, files: dict[str, str | bytes]) -> str:
        """Offer, send, and wait until all is done; what the page then shows."""
        for name, entry_id in self.offer(files).items():
            if entry_id:
                reply = self.client.put(f"/page/library/files/{entry_id}", content=_bytes(files[name]))
                assert reply.status_code == 204, reply.text
        return self.done()

    def done(self) -> str:
        """What the page shows when nothing is going on any more."""
        for _ in range(PATIENCE_SECONDS * 50):
            shown = self.client.get("/page/library/adding").text
            if "data-poll" not in shown:
                return shown
            time.sleep(0.02)
        raise AssertionError(f"it goes on and on: {shown}")


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


@contextmanager
def opened(home: Path, embedder: Embedder | None = None, **settings: object) -> Iterator[Opened]:
    """The library of a home, with the sheet, asked from this machine."""
    own = settings_of(home, **settings)
    model = embedder or FakeEmbedder()
    with open_index(own, model, command="rag serve") as index:
        library = OpenLibrary(own, index, model)
        commands = Commands(library)
        sheet = library_sheet(library, commands.change)
        app = create_app(library.assistant(), ui_language="en", commands=commands, sheets=[sheet])
        client = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
        try:
            yield Opened(library, commands, client)
        finally:
            commands.close()

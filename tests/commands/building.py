"""A small library, and a server in this process that takes commands for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.api import Commands
from rag.commands import OpenLibrary, Run, reach_library
from rag.pipeline import open_index
from rag.schema import Embedder, Vectors
from rag.settings import Settings, load_settings
from tests.fakes import FakeEmbedder
from tests.ui.serving import serving

# What a test waits for that should come at once. Long, since other work may keep this machine busy.
PATIENCE_SECONDS = 20

TEXTS = {
    "روما.txt": "شاركت 81 دولة في اجتماع روما. ترأس بلينكن اجتماع روما.",
    "مؤتمر.txt": "قال الوزير إن 83 دولة شاركت في اجتماع روما.",
    "harbour.txt": "The harbour bridge was opened in March 1932 by the mayor. It is 81 metres long.",
}
ARABIC_QUESTION = "كم دولة شاركت في اجتماع روما؟"
ENGLISH_QUESTION = "When was the harbour bridge opened?"


class GatedEmbedder(FakeEmbedder):
    """Embeds passages while `gate` is open, as it is at first. `reached` says that it was asked to."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()

    def shut(self) -> None:
        """Shut the gate."""
        self.gate.clear()
        self.reached.clear()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See FakeEmbedder."""
        self.reached.set()
        assert self.gate.wait(PATIENCE_SECONDS)
        return super().embed_passages(texts)


def settings_of(home: Path, **changes: Any) -> Settings:
    return load_settings(**({"home": home, "cache": home.parent / "cache", "llm": "extractive"} | changes))


def write_texts(folder: Path) -> Path:
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def opened(settings: Settings, embedder: Embedder) -> Iterator[OpenLibrary]:
    """The library of a home, open as `rag serve` has it."""
    with open_index(settings, embedder, command="rag serve") as index:
        yield OpenLibrary(settings, index, embedder)


@contextmanager
def served(library: OpenLibrary) -> Iterator[Commands]:
    """A server for it, announced, until the block ends."""
    commands = Commands(library)
    with serving(library.assistant(), commands=commands) as address:
        library.index.announce(address, commands.token)
        try:
            yield commands
        finally:
            commands.close()


@contextmanager
def reached(settings: Settings) -> Iterator[Run]:
    """The library as a terminal reaches it that must not open it itself."""
    with reach_library(settings, command="rag test", embedder=_never) as run:
        yield run


def _never() -> Embedder:
    raise AssertionError("a model was made, although somebody else has the library")

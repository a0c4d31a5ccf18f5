"""A worker whose reader does what the file says: what no well-kept library does on purpose."""

from __future__ import annotations

import ctypes
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rag.load import Loaded, Recognise
from rag.load import load_path as well_behaved
from rag.parsing import child
from rag.schema import Document, Page

KEPT: list[bytes] = []


def load_path(
    path: Path, *, source: str, max_bytes: int, recognise: Recognise | None = None
) -> Iterator[Loaded]:
    what = path.read_text(encoding="utf-8").strip()
    if what == "segfault":
        ctypes.string_at(0)
    elif what == "exit":
        os._exit(3)
    elif what == "raise":
        raise KeyError("/Root")
    elif what == "memory":
        bytearray(8 * 1024**3)
    elif what == "compute":
        while True:
            pass
    elif what == "wait":
        time.sleep(600)
    elif what == "wait for another":
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=False)
    elif what == "print":
        print("noise", flush=True)
        os.write(1, b"more noise")
    elif what == "log":
        logging.getLogger("rag.load.somewhere").warning("تحذير: %s", source)
    elif what == "keep memory":
        KEPT.append(b"x" * (300 * 1024**2))
    elif what == "long":
        text = "x" * (child.MAX_DOCUMENT_CHARACTERS + 1)
        yield Document(source, "", "", (Page(text),), "en", "text/html")
        return
    yield from well_behaved(path, source=source, max_bytes=max_bytes, recognise=recognise)


child.load_path = load_path

if __name__ == "__main__":
    child.main()

"""The other end: a process that reads files for `rag.parsing.worker`, one after another, within its limits.

    python -P -m rag.parsing.child MAX_BYTES SECONDS MEMORY_MB [ocr]

It imports the loaders and nothing else of the product. The system itself enforces the limits, so they hold in C code
too, and when the process that asked is gone.
"""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rag.load import Loaded, PictureText, Recognise, Tesseract, load_path
from rag.parsing.failures import too_long
from rag.parsing.limits import ParseLimits
from rag.parsing.messages import Failed, Finished, Logged, Reply, Request, receive, send
from rag.schema import Document

# A document of 32 million characters is fifty novels. Indexing it takes ten times its size in the main process.
MAX_DOCUMENT_CHARACTERS = 32_000_000
# What a large file has taken and Python keeps would count against the next one.
MAX_KEPT_MEMORY_SHARE = 0.25
# The system counts computing, also while others keep the processor busy. This bounds waiting, as for a disk that does
# not answer.
WAITING_FACTOR = 3.0
_OWN_PAGES = Path("/proc/self/statm")


def main() -> None:
    """Read requests from standard input until it ends, and write replies to what was standard output."""
    max_bytes, seconds, memory_mb, *ocr = sys.argv[1:]
    limits = ParseLimits(int(max_bytes), float(seconds), int(memory_mb), bool(ocr))
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not get among the replies
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the process that asked, which then ends this one
    _limit_memory(limits.memory_mb * 1024 * 1024)
    log = _Log()
    logging.basicConfig(level=logging.WARNING, handlers=[log])
    leaves = False
    while not leaves and (request := receive(sys.stdin.buffer)) is not None:
        for reply in _read(request, limits):
            for message in (*log.taken(), reply):
                send(replies, message)
        leaves = _kept_memory_mb() > limits.memory_mb * MAX_KEPT_MEMORY_SHARE
        for message in (*log.taken(), Finished(leaves)):
            send(replies, message)


def _read(request: Request, limits: ParseLimits) -> Iterator[Reply]:
    loaded = load_path(
        Path(request.path),
        source=request.source,
        max_bytes=limits.max_bytes,
        recognise=_recogniser(limits.seconds) if limits.ocr else None,
    )
    while (item := _next(loaded, limits.seconds)) is not None:
        if isinstance(item, Document):
            characters = sum(len(page.text) for page in item.pages)
            if characters <= MAX_DOCUMENT_CHARACTERS:
                yield item
                continue
            item = too_long(item.source, characters, MAX_DOCUMENT_CHARACTERS)
        yield Failed(item.en, item.ar)


def _next(loaded: Iterator[Loaded], seconds: float) -> Loaded | None:
    """The next item, within its time; else this process ends here. None at the end."""
    _begin(seconds)
    try:
        return next(loaded, None)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _begin(seconds: float) -> None:
    """From now on there are so many seconds."""
    _limit_computing(seconds)
    faulthandler.dump_traceback_later(seconds * WAITING_FACTOR, exit=True)


def _recogniser(seconds: float) -> Recognise:
    """What reads a picture within as much time as a document has: a scanned book takes as long as its pages take. Its
    process inherits the limits of this one."""
    read = Tesseract(seconds * WAITING_FACTOR)

    def recognise(picture: bytes) -> Sequence[PictureText]:
        faulthandler.cancel_dump_traceback_later()
        _limit_computing(seconds)
        try:
            return read(picture)
        finally:
            _begin(seconds)

    return recognise


class _Log(logging.Handler):
    """Keeps records until they are sent along with a reply."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[Reply] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self._records.append(Logged(record.name, record.levelno, record.getMessage()))

    def taken(self) -> list[Reply]:
        """The records so far, each given once."""
        records, self._records = self._records, []
        return records


def _limit_memory(limit_bytes: int) -> None:
    """Let allocations beyond the limit fail, and no crash write a core file, where the system can."""
    try:
        import resource
    except ImportError:
        return
    _set_limit(resource.RLIMIT_AS, limit_bytes)
    _set_limit(resource.RLIMIT_CORE, 0)


def _limit_computing(seconds: float) -> None:
    """End this process (SIGXCPU) when it has computed `seconds` more, where the system can."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _set_limit(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + seconds))


def _set_limit(kind: int, value: int) -> None:
    import resource

    _, most = resource.getrlimit(kind)
    # macOS knows these limits and refuses some; a stricter one of the user's stays.
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _kept_memory_mb() -> float:
    """The memory this process has now, where the system tells. The most it ever had would not do: a process begins
    with that of the one that started it."""
    try:
        pages = int(_OWN_PAGES.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()

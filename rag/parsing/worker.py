"""A process that reads files, held from this side: started when first needed, ended when a file is too much for it,
and started again for the next.

Not multiprocessing: a spawned process of its imports the caller's main module, which may be anyone's script.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from rag.errors import LoadError
from rag.load import Loaded
from rag.parsing.failures import crashed, not_started, too_large, too_slow
from rag.parsing.limits import FileToRead, ParseLimits
from rag.parsing.messages import Failed, Finished, Logged, Request, receive, send
from rag.schema import Document

CHILD = "rag.parsing.child"
_PACKAGES = Path(__file__).resolve().parents[2]
_LAST_WORDS_BYTES = 4096

# What a process says last: faulthandler when its time is up; Python, C++ and Rust when there is no memory.
_TOO_SLOW_WORDS = ("Timeout (",)
_TOO_LARGE_WORDS = ("MemoryError", "std::bad_alloc", "memory allocation of")


class Worker:
    """Reads files one at a time. `read` and `stop` belong to one thread; `end` may be called from another."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._held = ExitStack()
        self._is_ended = False

    def read(self, file: FileToRead) -> Iterator[Loaded]:
        """The documents of a file, and a LoadError for what cannot be read, as `load_path` gives them."""
        try:
            process = self._request(file)
        except OSError as error:
            yield not_started(file.source, error.strerror or str(error))
            return
        while True:
            reply = _reply(process)
            if isinstance(reply, Document):
                yield reply
            elif isinstance(reply, Failed):
                yield LoadError(reply.en, reply.ar)
            elif isinstance(reply, Logged):
                logging.getLogger(reply.name).log(reply.level, "%s", reply.message)
            elif isinstance(reply, Finished):
                if reply.leaves:
                    self.stop()
                return
            else:
                yield self._explain(process, file.source)
                self.stop()
                return

    def end(self) -> None:
        """End the process at once, for good: `read`, where it is under way, finds that it is gone."""
        self._is_ended = True
        self._kill()

    def stop(self) -> None:
        """End the process, if there is one, and let go of what belongs to it. Doing it twice does no harm."""
        self._kill()
        self._process = None
        self._held.close()

    def _kill(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(ProcessLookupError):  # it ended just now
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # with those it has started
            else:
                process.kill()

    def _request(self, file: FileToRead) -> subprocess.Popen[bytes]:
        """Send the request; to a new process where the last one ended by itself since its last file."""
        request = Request(str(file.path), file.source)
        if self._process is not None:
            try:
                send(_pipe(self._process.stdin), request)
            except OSError:
                self.stop()
            else:
                return self._process
        process = self._start()
        send(_pipe(process.stdin), request)
        return process

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(_PACKAGES), os.environ.get("PYTHONPATH")])),
            # Each thread of theirs would take 64 MB of the address space that the memory limit counts.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        self._errors = self._held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - `stop` closes it
        # -P: a random.py among the documents must not be imported in the place of Python's own.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", CHILD]
            + [str(value) for value in (limits.max_bytes, limits.seconds, limits.memory_mb)]
            + (["ocr"] if limits.ocr else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            start_new_session=True,
        )
        self._held.callback(_let_go, process)
        self._process = process
        if self._is_ended:
            self._kill()
        return process

    def _explain(self, process: subprocess.Popen[bytes], source: str) -> LoadError:
        """Why there is no answer."""
        self._kill()  # one that answers nonsense
        code = process.wait()
        said = _last_words(_pipe(self._errors))
        if code == -getattr(signal, "SIGXCPU", 0) or any(words in said for words in _TOO_SLOW_WORDS):
            return too_slow(source, self._limits.seconds)
        if any(words in said for words in _TOO_LARGE_WORDS):
            return too_large(source, self._limits.memory_mb)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return crashed(source, lines[-1] if lines else ended)


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was ended, and close its pipes."""
    process.wait()
    for pipe in (process.stdout, process.stdin):
        with suppress(BrokenPipeError):  # a request that nobody has read
            _pipe(pipe).close()


def _reply(process: subprocess.Popen[bytes]) -> object:
    """The next message; None when the process is gone, or says what it should not."""
    try:
        return receive(_pipe(process.stdout))
    except pickle.UnpicklingError:
        return None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """A pipe that was asked for when the process was started."""
    if pipe is None:
        raise RuntimeError("the worker has no such pipe")
    return pipe


def _last_words(errors: IO[bytes]) -> str:
    """The end of what a process wrote to standard error."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _LAST_WORDS_BYTES))
    return errors.read().decode("utf-8", "replace")

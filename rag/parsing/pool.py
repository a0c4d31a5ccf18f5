"""Several workers reading ahead of whoever uses the documents, which come in the order of the files all the same.

What is read ahead is bounded by its characters, so memory does not grow with the files: a worker takes the next file
only while little is waiting, and a file of many records stops where it is until its turn comes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from rag.load import Loaded, load_path
from rag.parsing.limits import FileToRead, ParseLimits
from rag.parsing.worker import Worker
from rag.schema import Document

# Two: one file that hangs until its time is up does not hold up the others.
WORKERS = 2
# A megabyte of text takes the embedder half a minute.
CHARACTERS_AHEAD = 4_000_000
FILES_AHEAD = 64

# These are read right here while they are small: their readers are all Python, and even one that took quadratic time
# would be done in a fraction of a second. So a handful of notes is indexed before a process would have started.
HARMLESS_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".jsonl"})
HARMLESS_BYTES = 16 * 1024


@dataclass(slots=True)
class _Task:
    """A file on its way: what has been read of it and not yet used."""

    file: FileToRead
    items: deque[Loaded] = field(default_factory=deque)
    characters: int = 0
    is_read: bool = False


@contextmanager
def parsing(
    files: Sequence[FileToRead], limits: ParseLimits
) -> Iterator[Iterator[tuple[FileToRead, Iterator[Loaded]]]]:
    """Each file with its documents, and a LoadError for what cannot be read of it, in the order of `files`. Take all
    of a file before the next one. Leaving the block ends what is still being read."""
    pool = _Pool(files, limits)
    try:
        yield pool.results()
    finally:
        pool.close()


class _Pool:
    def __init__(self, files: Sequence[FileToRead], limits: ParseLimits) -> None:
        self._files = files
        self._limits = limits
        self._tasks = {number: _Task(file) for number, file in enumerate(files) if not _is_harmless(file)}
        self._order = deque(self._tasks)
        self._changed = threading.Condition()
        self._characters = 0
        self._current = 0
        self._closed = False
        self._workers = [Worker(limits) for _ in range(min(WORKERS, len(self._tasks)))]
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="parsing")
        self._work_done = [self._threads.submit(self._work, worker) for worker in self._workers]
        for done in self._work_done:
            done.add_done_callback(self._tell)

    def results(self) -> Iterator[tuple[FileToRead, Iterator[Loaded]]]:
        """See `parsing`."""
        for number, file in enumerate(self._files):
            with self._changed:
                self._current = number
                self._changed.notify_all()
            task = self._tasks.get(number)
            if task is None:
                yield file, load_path(file.path, source=file.source, max_bytes=self._limits.max_bytes)
            else:
                yield file, self._items(task)
                with self._changed:
                    del self._tasks[number]

    def close(self) -> None:
        """End the workers and their threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.end()
        self._threads.shutdown()

    def _items(self, task: _Task) -> Iterator[Loaded]:
        """What is read of a file, as it comes."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: task.items or task.is_read or self._is_broken())
                if not task.items:
                    for done in self._work_done:
                        if done.done():
                            done.result()  # raises what a worker's thread has raised
                    return
                item = task.items.popleft()
                task.characters -= _characters(item)
                self._characters -= _characters(item)
                self._changed.notify_all()
            yield item

    def _work(self, worker: Worker) -> None:
        """What the thread of a worker does: file after file, until there are no more."""
        try:
            while (task := self._next_task()) is not None:
                for item in worker.read(task.file):
                    if not self._put(task, item):
                        return
                with self._changed:
                    task.is_read = True
                    self._changed.notify_all()
        finally:
            worker.stop()

    def _is_broken(self) -> bool:
        return any(done.done() and done.exception() for done in self._work_done)

    def _tell(self, _: Future[None]) -> None:
        with self._changed:
            self._changed.notify_all()

    def _next_task(self) -> _Task | None:
        """The next file, when little enough is waiting; None when there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._order or self._may_begin(self._order[0]))
            if self._closed or not self._order:
                return None
            return self._tasks[self._order.popleft()]

    def _may_begin(self, number: int) -> bool:
        if number <= self._current:
            return True
        return self._characters < CHARACTERS_AHEAD and number < self._current + FILES_AHEAD

    def _put(self, task: _Task, item: Loaded) -> bool:
        """Leave what was read for its turn. False when nobody wants it any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or task.characters < CHARACTERS_AHEAD)
            if self._closed:
                return False
            task.items.append(item)
            task.characters += _characters(item)
            self._characters += _characters(item)
            self._changed.notify_all()
            return True


def _is_harmless(file: FileToRead) -> bool:
    return file.size <= HARMLESS_BYTES and file.path.suffix.lower() in HARMLESS_SUFFIXES


def _characters(item: Loaded) -> int:
    """What an item counts for; one without text still takes a place."""
    return 1 + (sum(len(page.text) for page in item.pages) if isinstance(item, Document) else 0)

"""What indexing costs beside embedding, and how much memory: `python -m benchmarks.ingest`.

    speed     files in, searchable, against the embedder alone on the same unique texts, in alternating rounds of one
              run; three in ten files are HTML, which goes through a worker process
    small     5,000 small files: a sync with nothing changed and one with one file changed, as whole `rag sync`
              processes. The library is filled with random vectors under the real model's name, since embedding it
              would take minutes and changes nothing here
    memory    the peak of a process that syncs `--megabytes` of text, with its workers. The model is in memory, and
              passages, tokens, library, Chroma and tantivy are the real ones; the vectors are random, because
              embedding 200 MB takes hours

Texts come from ../shared/data where that is present, else from the sample articles in seeds/. For `memory` sentences
are drawn from them at random, with a fifth of their words exchanged, so that nearly all are different.
Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.homes import COMMAND, MODELS, ROOT, settings_of
from rag import text
from rag.pipeline import make_embedder, open_index, sync_paths
from rag.schema import Embedder, SyncReport, Vectors

PARTS = ("speed", "small", "memory")
CHILD = "memory-child"
CORPORA = ("xquad.ar", "xquad.en", "nomiracl.ar", "nomiracl.en")
LEAST_SHARE = 0.75
MOST_SECONDS_UNCHANGED = 3.0
MOST_SECONDS_ONE_CHANGED = 1.0
MOST_MEGABYTES = 1500
SMALL_FILES = 5000
FILE_CHARACTERS = 100_000
EXCHANGED_WORDS = 0.2
HTML_EVERY = 10  # three of so many files
RANDOM_VECTORS = 4096
SEED = 5
SAMPLE_SECONDS = 0.05


@dataclass(slots=True)
class Recording:
    """The real embedder, which remembers what it embedded."""

    embedder: Embedder
    texts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """See Embedder."""
        return self.embedder.name

    @property
    def fingerprint(self) -> str:
        """See Embedder."""
        return self.embedder.fingerprint

    @property
    def dimension(self) -> int:
        """See Embedder."""
        return self.embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self.embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        self.texts += texts
        return self.embedder.embed_passages(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See Embedder."""
        return self.embedder.count_tokens(texts)

    @property
    def tokens(self) -> None:
        """Nothing here asks a question."""


class RandomVectors(Recording):
    """The real embedder, but for its vectors: sums of two random ones, in no time. Remembers nothing."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        random_state = np.random.default_rng(SEED)
        self._vectors = random_state.normal(size=(RANDOM_VECTORS, embedder.dimension)).astype(np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Equal texts get equal vectors."""
        rows = np.array([[hash(one) % RANDOM_VECTORS, hash(one[1:]) % RANDOM_VECTORS] for one in texts])
        sums = self._vectors[rows[:, 0]] + self._vectors[rows[:, 1]]
        vectors: Vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors


def read_texts(data: Path) -> tuple[list[str], str]:
    """Real texts in a fixed random order, and the name of where they come from."""
    files = [data / f"{name}.corpus.jsonl" for name in CORPORA]
    if all(file.is_file() for file in files):
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        texts, origin = [json.loads(line)["text"] for line in lines], "XQuAD and NoMIRACL"
    else:
        texts = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "seeds").glob("*.txt"))]
        origin = f"the sample articles in seeds/ (no corpora in {data})"
    random.Random(SEED).shuffle(texts)
    return texts, origin


def measure_speed(texts: Sequence[str], embedder: Embedder, rounds: int) -> float:
    """Print how much of the embedder's speed is left end to end, and return it."""
    embedder.embed_passages(["The model is loaded."])
    synced = pure = 0.0
    recording = Recording(embedder)
    for number in range(rounds):
        with temporary_folder() as folder:
            docs = folder / "docs"
            write_files(docs, texts)
            recording.texts.clear()
            seconds, report = timed_sync(folder, recording, docs)
            synced += seconds
        started = time.perf_counter()
        embedder.embed_passages(recording.texts)
        pure += time.perf_counter() - started
        print(
            f"  round {number + 1}: {report.passages} passages, {len(recording.texts)} texts", file=sys.stderr
        )
    share = pure / synced
    print(
        f"speed: {len(texts)} files, {rounds} rounds: embedding alone {pure:.1f} s, syncing {synced:.1f} s: "
        f"{share:.0%} of its speed ({'met' if share >= LEAST_SHARE else 'MISSED'}: {LEAST_SHARE:.0%})"
    )
    return share


def measure_small(texts: Sequence[str], embedder: Embedder, count: int) -> tuple[float, float]:
    """Print and return the seconds of a sync with nothing changed, and how many more one changed file takes."""
    generator = random.Random(SEED)
    sentences = sentences_of(texts)
    with temporary_folder() as folder:
        docs = folder / "docs"
        docs.mkdir()
        for number in range(count):
            said = " ".join(generator.choice(sentences) for _ in range(3))
            (docs / f"{number:05}.txt").write_text(f"{number}. {said}", encoding="utf-8")
        timed_sync(folder, RandomVectors(embedder), docs)
        run_sync(folder, docs)  # what is read from the disk once only
        unchanged = run_sync(folder, docs)
        (docs / "00042.txt").write_text("This one has changed. It says something new.", encoding="utf-8")
        changed = run_sync(folder, docs)
    more = changed - unchanged
    print(
        f"small: {count} files, the whole process: {unchanged:.2f} s with nothing changed "
        f"({'met' if unchanged < MOST_SECONDS_UNCHANGED else 'MISSED'}: {MOST_SECONDS_UNCHANGED:g}), "
        f"{more:.2f} s more with one changed "
        f"({'met' if more < MOST_SECONDS_ONE_CHANGED else 'MISSED'}: {MOST_SECONDS_ONE_CHANGED:g})"
    )
    return unchanged, more


def measure_memory(texts: Sequence[str], megabytes: int) -> float:
    """Print and return the peak of memory in MB, of a process of its own with its workers."""
    with temporary_folder() as folder:
        docs = folder / "docs"
        size = write_much(docs, sentences_of(texts), megabytes * 1_000_000)
        files = sum(1 for _ in docs.iterdir())
        command = [sys.executable, "-m", "benchmarks.ingest", CHILD, "--folder", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    figures = json.loads(done.stdout)
    peak = float(figures["peak"])
    print(
        f"memory: {size / 1e6:.0f} MB of text in {files} files, {figures['passages']} passages in "
        f"{figures['seconds']:.0f} s: {figures['before']:.0f} MB before it began, {figures['main']:.0f} MB at most, "
        f"with its workers {peak:.0f} MB ({'met' if peak < MOST_MEGABYTES else 'MISSED'}: {MOST_MEGABYTES})"
    )
    return peak


def sync_for_memory(folder: Path) -> dict[str, float]:
    """What `measure_memory` asks of its process."""
    embedder = make_embedder(settings_of(Path(tempfile.gettempdir())))
    # As long as passages are: the runtime keeps what its largest batch has taken.
    embedder.embed_passages(["The model is in memory, as it would be. " * 30] * 16)
    before = resident_megabytes("self")
    peaks = [0.0, 0.0]
    is_done = threading.Event()

    def watch() -> None:
        while not is_done.wait(SAMPLE_SECONDS):
            now = resident_megabytes("self")
            together = now + sum(resident_megabytes(pid) for pid in children())
            peaks[:] = max(peaks[0], now), max(peaks[1], together)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        seconds, report = timed_sync(folder, RandomVectors(embedder), folder / "docs")
    finally:
        is_done.set()
        watcher.join()
    return {
        "passages": report.passages,
        "seconds": seconds,
        "before": before,
        "main": peaks[0],
        "peak": peaks[1],
    }


def children() -> set[str]:
    """The processes that this one has started."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found.update((task / "children").read_text(encoding="ascii").split())
    return found


def resident_megabytes(pid: str) -> float:
    """The memory of a process; 0 for one that is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def timed_sync(folder: Path, embedder: Embedder, docs: Path) -> tuple[float, SyncReport]:
    """Seconds of one sync into the library of `folder`; opening it is not counted."""
    settings = settings_of(folder)
    with open_index(settings, embedder, command=COMMAND) as index:
        started = time.perf_counter()
        report = sync_paths(settings, index, embedder, [docs])
        seconds = time.perf_counter() - started
    for failure in report.failed:
        print(failure.en, file=sys.stderr)
    return seconds, report


def run_sync(folder: Path, docs: Path) -> float:
    """Seconds of a `rag sync` process."""
    environment = {**os.environ, "RAG_HOME": str(folder / "home"), "RAG_CACHE": str(MODELS)}
    started = time.perf_counter()
    program = "from rag.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", program, "sync", str(docs)], env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - started


def write_files(docs: Path, texts: Sequence[str]) -> None:
    """Each text as a file of its own."""
    docs.mkdir()
    for number, one in enumerate(texts):
        if number % HTML_EVERY < 3:
            page = f"<html><body><article><p>{one}</p></article></body></html>"
            (docs / f"{number:05}.html").write_text(page, encoding="utf-8")
        else:
            (docs / f"{number:05}.txt").write_text(one, encoding="utf-8")


def write_much(docs: Path, sentences: Sequence[str], size: int) -> int:
    """Files of new sentences, `size` bytes in all; how many there are."""
    docs.mkdir()
    generator = random.Random(SEED)
    words = [word for one in sentences for word in one.split()]
    written = number = 0
    while written < size:
        paragraphs: list[str] = []
        while sum(map(len, paragraphs)) < FILE_CHARACTERS:
            some = (generator.choice(sentences) for _ in range(6))
            paragraphs.append(" ".join(exchange(one, words, generator) for one in some))
        written += (docs / f"{number:05}.txt").write_bytes("\n\n".join(paragraphs).encode("utf-8"))
        number += 1
    return written


def exchange(sentence: str, words: Sequence[str], generator: random.Random) -> str:
    """The sentence with some of its words exchanged."""
    return " ".join(
        generator.choice(words) if generator.random() < EXCHANGED_WORDS else word for word in sentence.split()
    )


def sentences_of(texts: Sequence[str]) -> list[str]:
    """All sentences of the texts."""
    return [one[start:end] for one in texts for start, end in text.sentences(one)]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone afterwards, on the disk of the project: /tmp may be memory."""
    cache = ROOT / ".cache" / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=cache) as folder:
        yield Path(folder)


def main() -> int:
    """Print the figures; 0 where every bar is met."""
    parser = argparse.ArgumentParser(description="Speed and memory of indexing.")
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"of {', '.join(PARTS)} (default all)")
    parser.add_argument("--texts", type=int, default=160, help="files for speed (default 160)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of speed (default 3)")
    parser.add_argument("--files", type=int, default=SMALL_FILES, help=f"small files (default {SMALL_FILES})")
    parser.add_argument("--megabytes", type=int, default=200, help="of text for memory (default 200)")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with corpora"
    )
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.parts == [CHILD]:
        print(json.dumps(sync_for_memory(arguments.folder)))
        return 0
    texts, origin = read_texts(arguments.data)
    embedder = make_embedder(settings_of(Path(tempfile.gettempdir())))
    print(f"texts from {origin}")
    is_met = True
    if "speed" in arguments.parts:
        is_met &= measure_speed(texts[: arguments.texts], embedder, arguments.rounds) >= LEAST_SHARE
    if "small" in arguments.parts:
        unchanged, more = measure_small(texts, embedder, arguments.files)
        is_met &= unchanged < MOST_SECONDS_UNCHANGED and more < MOST_SECONDS_ONE_CHANGED
    if "memory" in arguments.parts:
        is_met &= measure_memory(texts, arguments.megabytes) < MOST_MEGABYTES
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())

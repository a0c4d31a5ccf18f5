"""Evaluation as a product, from cold: `python -m benchmarks.evaluation [--data DIR] [--kills N]`.

Writes XQuAD's Arabic questions as a user would have them, runs `rag eval run` on them in a process of its own with
nothing prepared (no model, no index), and prints seconds, memory, and whether its retrieval figures are those of
benchmarks/retrieval.py. With `--kills N` it then kills another run N times with SIGKILL, finishes it, and says whether
report and rows are those of the first.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.asking import ask, retrieval_figures
from benchmarks.corpora import Task, read_lines, read_tasks
from benchmarks.homes import MODELS, ROOT, indexed, open_embedder
from benchmarks.variants import variants
from rag.retrieve import load_centres

NAMES = {
    "ndcg@10": "ndcg@10",
    "recall@1": "r@1",
    "recall@5": "r@5",
    "mrr@10": "mrr@10",
    "evidence@1": "evidence@1",
}

# What no two runs share.
TIMED = ("created_at", "seconds", "costs")

POLL_SECONDS = 0.02
KILLED_WITHIN_ROWS = 400


def write_set(task: Task, data: Path, folder: Path) -> tuple[Path, Path]:
    """Questions with answers, sources and quotes, and the corpus without its English titles."""
    folder.mkdir(parents=True)
    questions, corpus = folder / "questions.jsonl", folder / "corpus.jsonl"
    gold = {
        row["id"]: {"source": row["paragraph"], "quote": row["text"]}
        for row in read_lines(data / "xquad.ar.sentences.jsonl")
    }
    _write(corpus, ({"id": record.id, "title": record.title, "text": record.text} for record in task.corpus))
    _write(
        questions,
        (
            {
                "id": row["id"],
                "question": row["question"],
                "answers": row["answers"],
                "relevant": [gold[sentence] for sentence in row["relevant_sentences"]],
            }
            for row in read_lines(data / "xquad.ar.questions.jsonl")
        ),
    )
    return questions, corpus


def expected_figures(task: Task) -> Mapping[str, float | None]:
    """The figures of benchmarks/retrieval.py for the product's default."""
    embedder = open_embedder()
    centres = load_centres(embedder, MODELS)
    with indexed("xquad.ar", task.corpus, embedder) as index:
        return retrieval_figures(
            [ask(one, variants()[-1], index, embedder, centres) for one in task.questions]
        )


def start(questions: Path, corpus: Path, out: Path, cache: Path) -> subprocess.Popen[bytes]:
    """`rag eval run`, with its models in a cache of its own."""
    command = [sys.executable, "-c", "from rag.cli import main; main()", "eval", "run", str(questions)]
    return subprocess.Popen(
        [*command, "--corpus", str(corpus), "--out", str(out), "--llm", "extractive"],
        cwd=ROOT,
        env={**os.environ, "RAG_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def run(questions: Path, corpus: Path, out: Path, cache: Path) -> None:
    """A whole run. Raises CalledProcessError."""
    process = start(questions, corpus, out, cache)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)


def run_killed(questions: Path, corpus: Path, out: Path, cache: Path, kills: int) -> list[int]:
    """A run that is killed `kills` times, each time some rows later, and then finished. Rows on disk at each kill."""
    chance, found = random.Random(kills), list[int]()
    while len(found) < kills:
        wanted = _rows_on_disk(out) + chance.randint(1, max(2, KILLED_WITHIN_ROWS // kills))
        process = start(questions, corpus, out, cache)
        while process.poll() is None and _rows_on_disk(out) < wanted:
            time.sleep(POLL_SECONDS)
        process.kill()
        process.wait()
        found.append(_rows_on_disk(out))
    run(questions, corpus, out, cache)
    return found


def result(out: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Report and rows, without what no two runs share."""
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    rows = list(read_lines(out / "rows.jsonl"))
    for row in rows:
        (row["answer"] or {}).pop("timings", None)
    timeless = [{key: value for key, value in row.items() if key not in TIMED} for row in rows]
    return {key: value for key, value in report.items() if key not in TIMED}, timeless


def measure(task: Task, data: Path, folder: Path, kills: int) -> bool:
    """Print what was measured. Whether figures and reports are as they should be."""
    questions, corpus = write_set(task, data, folder / "set")
    out, cache = folder / "run", folder / "cache"
    started = time.perf_counter()
    run(questions, corpus, out, cache)
    seconds = time.perf_counter() - started
    # Linux counts kilobytes, of the largest process that was waited for.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{len(task.questions)} questions from cold: {seconds:.1f} s, at most {peak:.0f} MiB")
    report, rows = result(out)
    expected, good = expected_figures(task), True
    for name, other in NAMES.items():
        value, wanted = report["metrics"][name]["value"], expected[other]
        same = wanted is not None and abs(value - wanted) < 5e-7
        good = good and same
        print(f"{name:<12}{value:.4f}  benchmarks.retrieval {wanted:.4f}  {'equal' if same else 'DIFFERENT'}")
    if kills:
        at = run_killed(questions, corpus, folder / "killed", cache, kills)
        same = (report, rows) == result(folder / "killed")
        good = good and same
        print(f"killed {kills} times with {at} rows on disk: {'the same' if same else 'ANOTHER'} report")
    return good


def _rows_on_disk(out: Path) -> int:
    file = out / "rows.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where something is not as it should be, 2 where there is no data."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evaluation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the sets"
    )
    parser.add_argument("--kills", type=int, default=0, metavar="N", help="also kill a run so often")
    options = parser.parse_args(arguments)
    task = next((one for one in read_tasks(options.data, "xquad") if one.direction == "ar-ar"), None)
    if task is None:
        print(f"No xquad.ar.corpus.jsonl in {options.data}: give the folder with --data.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measure(task, options.data, Path(folder), options.kills) else 1


if __name__ == "__main__":
    sys.exit(main())

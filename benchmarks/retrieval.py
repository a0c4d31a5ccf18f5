"""How well the evidence is found: `python -m benchmarks.retrieval [--data DIR] [--json FILE] [--scale N]`.

Everything runs through the product: a corpus is written as .jsonl and synced, questions go through `retrieve` with the
bundled model, no chat model and no reranker. Rows of a table are the pipeline with one part more at a time:

    dense        similarity of the passage
    keyword      BM25 over stems; across languages over skeletons of names and numbers
    hybrid       both
    + sentence   half of the similarity is the best sentence's
    + centring   what a language puts into similarities is taken out
    + cover      the question's words in a sentence, and in the one before it
    + roots      BM25 over Arabic roots beside stems
    + skeletons  and over skeletons
    default      and the first hits of the other language read token by token: the product

nDCG@10, R and MRR@10 rank documents by their first passage. evidence@k: the best sentence of one of the first k hits is
a gold sentence. "mixed" is one corpus with half of XQuAD's paragraphs in Arabic and half in English, asked in both
languages; "same" and "cross" are its questions by whether their answer stands in their own language. NoMIRACL asks
whether ten given passages answer at all: shares of answerable questions refused and of unanswerable ones answered.
`--scale N` instead measures speed and recall over N passages (benchmarks/scale.py).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.asking import Asked, ask, refusal_figures, retrieval_figures
from benchmarks.corpora import Question, Task, is_within_language, read_mixed, read_tasks
from benchmarks.homes import CACHE, MODELS, ROOT, indexed, open_embedder, settings_of
from benchmarks.scale import measure_scale
from benchmarks.variants import DEFAULT, Variant, variants
from rag.pipeline import index_fingerprint
from rag.retrieve import ANSWERABLE, DEFAULT_WEIGHTS, Centres, load_centres
from rag.retrieve.centring import QUESTION_SHARE
from rag.schema import Embedder

RETRIEVAL_SETS = ("xquad", "arcd")
MIXED_SET = "xquad"
REFUSAL_SET = "nomiracl"
SETS = (*RETRIEVAL_SETS, REFUSAL_SET)

RETRIEVAL_COLUMNS = ("ndcg@10", "r@1", "r@5", "mrr@10", "evidence@1", "evidence@3", "ms")
REFUSAL_COLUMNS = ("wrong_refusals", "wrong_answers", "sum", "auc", "ms")

Row = dict[str, Any]


def measure(data: Path, wanted: Sequence[Variant], embedder: Embedder) -> list[Row]:
    """A row for each set, direction and variant, printed as tables on the way. Sets that `data` lacks are named."""
    centres = load_centres(embedder, MODELS)
    rows: list[Row] = []
    for name in SETS:
        tasks = read_tasks(data, name)
        if not tasks:
            print(f"\nNo {name}.*.corpus.jsonl in {data}: left out.")
        for task in tasks:
            if name == REFUSAL_SET:
                if task.questions[0].candidates:
                    rows += _table(task, REFUSAL_COLUMNS, _refusals(task, embedder, centres))
            else:
                rows += _table(task, RETRIEVAL_COLUMNS, _retrievals(task, wanted, embedder, centres))
    if mixed := read_mixed(data, MIXED_SET):
        rows += _table(mixed, RETRIEVAL_COLUMNS, _retrievals(mixed, wanted, embedder, centres))
    return rows


def _retrievals(task: Task, wanted: Sequence[Variant], embedder: Embedder, centres: Centres) -> list[Row]:
    rows = []
    for variant in wanted:
        asked = _ask(task, variant, embedder, centres)
        for direction, kept in _directions(task).items():
            some = [one for one in asked if kept(one.question)]
            rows.append(_row(task, direction, variant, len(some), retrieval_figures(some)))
    return sorted(rows, key=lambda row: str(row["direction"]))


def _refusals(task: Task, embedder: Embedder, centres: Centres) -> list[Row]:
    variant = variants()[-1]
    figures = refusal_figures(_ask(task, variant, embedder, centres), threshold=ANSWERABLE)
    return [_row(task, task.direction, variant, len(task.questions), figures)]


def _ask(task: Task, variant: Variant, embedder: Embedder, centres: Centres) -> list[Asked]:
    name = f"{task.set}.{task.direction.split('-')[-1]}"
    with indexed(name, task.corpus, embedder) as index:
        return [ask(question, variant, index, embedder, centres) for question in task.questions]


def _directions(task: Task) -> Mapping[str, Callable[[Question], bool]]:
    """The groups of questions that get rows of their own."""
    if task.direction != "mixed":
        return {task.direction: lambda _: True}
    return {
        "mixed": lambda _: True,
        "mixed same": lambda question: is_within_language(task, question),
        "mixed cross": lambda question: not is_within_language(task, question),
    }


def _row(
    task: Task, direction: str, variant: Variant, count: int, figures: Mapping[str, float | None]
) -> Row:
    return {"set": task.set, "direction": direction, "variant": variant.name, "n": count, **figures}


def _table(task: Task, columns: Sequence[str], rows: list[Row]) -> list[Row]:
    """Print rows, one table a direction, and give them back."""
    shown = ""
    for row in rows:
        if row["direction"] != shown:
            shown = row["direction"]
            print(f"\n{task.set} {shown}: {row['n']} questions, {len(task.corpus)} documents")
            print(f"{'variant':<12}" + "".join(f"{column:>15}" for column in columns))
        print(
            f"{row['variant']:<12}" + "".join(f"{_figure(column, row[column]):>15}" for column in columns),
            flush=True,
        )
    return rows


def _figure(column: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if column == "ms" else f"{value:.4f}"


def report(rows: Sequence[Row], embedder: Embedder) -> dict[str, Any]:
    """What is saved: the rows, and what made them."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "commit": commit.stdout.strip(),
        "settings": {
            "index": index_fingerprint(settings_of(CACHE), embedder),
            "question_share": QUESTION_SHARE,
            "weights": asdict(DEFAULT_WEIGHTS),
            "answerable": ANSWERABLE,
        },
        "rows": list(rows),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 2 when there is no data."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.retrieval",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the sets"
    )
    parser.add_argument("--json", type=Path, help="also write the rows here, with commit and settings")
    parser.add_argument("--default-only", action="store_true", help="leave the ablations out")
    parser.add_argument("--scale", type=int, metavar="N", help="speed and recall over N passages instead")
    options = parser.parse_args(arguments)
    if not any(options.data.glob("*.corpus.jsonl")):
        print(f"No *.corpus.jsonl in {options.data}: give the folder with --data.", file=sys.stderr)
        return 2
    embedder = open_embedder()
    if options.scale:
        rows = [measure_scale(options.data, options.scale, embedder)]
    else:
        wanted = [one for one in variants() if one.name == DEFAULT or not options.default_only]
        rows = measure(options.data, wanted, embedder)
    if options.json:
        content = json.dumps(report(rows, embedder), ensure_ascii=False, indent=2)
        options.json.write_text(content + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

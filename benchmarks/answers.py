"""How far answers can be trusted: `python -m benchmarks.answers [--data DIR] [--json FILE] [--fit]
[--llm ollama:MODEL --llm-url URL]`.

Without a chat model: the support score on ExpertQA's claims (experts' verdicts); claims made of XQuAD's gold answers
against their gold sentence and the other sentences of the paragraph, in all directions; XQuAD's sentences with a number
changed, which must never be supported; RAMDocs' documents that disagree; the seed articles, answered extractively; and
the gate before the model on NoMIRACL. `--llm` adds the seed questions and NoMIRACL answered by that model, with the
times beside each other: the first source is what the product itself takes. `--fit` fits the support score anew.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.answering import Row, disagreeing_documents, refusals, seed_answers, seeds_assistant
from benchmarks.claims import answers_against_sentences, changed_numbers, expert_claims
from benchmarks.homes import ROOT, open_embedder
from rag.generate import ChatEngine, open_chat_engine

DATA = ROOT.parent / "shared" / "data"

# A small model on two cores takes half a minute a question.
NOMIRACL_QUESTIONS_OF_A_MODEL = 40
ALL = 10**9

# Whole prompts of a small model on a busy machine.
READ_SECONDS = 900.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every table, and write the rows as JSON where asked to."""
    options = _options(arguments)
    embedder = open_embedder()
    found: dict[str, list[Row]] = {}

    def table(name: str, rows: list[Row]) -> None:
        found[name] = rows
        _print_table(name, rows, options.data)
        if options.json:  # After each, since a model takes an hour for the last ones.
            options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    table(
        "ExpertQA: complete against incomplete support",
        expert_claims(options.data, embedder, fit=options.fit),
    )
    table("XQuAD: gold sentence against the others", answers_against_sentences(options.data, embedder))
    table("XQuAD: a number changed (supported must be 0)", changed_numbers(options.data, embedder))
    table("RAMDocs, extractive", disagreeing_documents(options.data, embedder))
    with seeds_assistant(embedder) as assistant:

        def seed_table(name: str, engine: ChatEngine | None) -> None:
            rows, found[f"{name}: answers"] = seed_answers(assistant, options.questions, engine)
            table(name, rows)

        seed_table("Seed questions, extractive", None)
        table("NoMIRACL, the gate", refusals(options.data, embedder, assistant, None, ALL))
        if options.llm:
            engine = open_chat_engine(
                options.llm,
                url=options.llm_url,
                context_tokens=assistant.context_tokens,
                answer_tokens=assistant.answer_tokens,
                read_seconds=READ_SECONDS,
            )
            seed_table(f"Seed questions, {options.llm}", engine)
            table(
                f"NoMIRACL, {options.llm} behind the gate",
                refusals(options.data, embedder, assistant, engine, options.nomiracl),
            )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers", description=(__doc__ or "").split(":")[0]
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--questions", type=Path, default=ROOT / "seeds" / "questions.jsonl")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--llm", default="", help="a chat model, e.g. ollama:qwen3:4b")
    parser.add_argument("--llm-url", default="http://127.0.0.1:11434")
    parser.add_argument("--nomiracl", type=int, default=NOMIRACL_QUESTIONS_OF_A_MODEL, metavar="N")
    return parser.parse_args(arguments)


def _print_table(name: str, rows: Sequence[Row], data: Path) -> None:
    print(f"\n{name}", flush=True)
    if not rows:
        print(f"left out: {data} has no such file.")
    columns: tuple[str, ...] = ()
    for row in rows:
        if tuple(row) != columns:
            columns = tuple(row)
            print("  ".join(f"{column:>{_width(column)}}" for column in columns))
        print("  ".join(f"{_shown(row[column]):>{_width(column)}}" for column in columns), flush=True)


def _width(column: str) -> int:
    return max(len(column), 22 if column in {"what", "engine", "documents"} else 6)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
    return "–" if value is None else str(value)


if __name__ == "__main__":
    main()

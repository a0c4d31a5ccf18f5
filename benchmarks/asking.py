"""Questions put to the product, and the figures that what it finds gives."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.corpora import Question
from benchmarks.variants import Uncentred, Variant
from rag.evaluate.metrics import ranked_sources
from rag.retrieve import Centres, PassageIndex, retrieve
from rag.schema import Embedder, Retrieval

# Of long documents several passages can come first: this many hold ten documents.
HITS = 20
CANDIDATES = 10

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was found, and how many milliseconds it took, embedding included."""

    question: Question
    found: Retrieval
    ms: float


def ask(
    question: Question, variant: Variant, index: PassageIndex, embedder: Embedder, centres: Centres
) -> Asked:
    """Put one question to the product, among its candidates where it has some."""
    if not variant.centred:
        centres = Uncentred(centres.questions, centres.statements)
    started = time.perf_counter()
    found = retrieve(
        question.text,
        index=index,
        embedder=embedder,
        centres=centres,
        top_k=CANDIDATES if question.candidates else HITS,
        within=question.candidates or None,
        weights=variant.weights,
    )
    return Asked(question, found, 1000 * (time.perf_counter() - started))


def retrieval_figures(asked: Sequence[Asked]) -> Figures:
    """Means over the questions. evidence@k is None where no gold sentence is known."""
    from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG

    names = {nDCG @ 10: "ndcg@10", R @ 1: "r@1", R @ 5: "r@5", RR @ 10: "mrr@10"}
    gold = [
        Qrel(one.question.id + one.question.language, name, 1)
        for one in asked
        for name in one.question.relevant
    ]
    run = [
        ScoredDoc(one.question.id + one.question.language, name, -float(rank))
        for one in asked
        for rank, name in enumerate(ranked_sources(one.found.hits, one.question.relevant))
    ]
    values = calc_aggregate(list(names), gold, run)
    return {
        **{name: float(values[measure]) for measure, name in names.items()},
        "evidence@1": _evidence(asked, 1),
        "evidence@3": _evidence(asked, 3),
        "ms": statistics.median(one.ms for one in asked),
    }


def _evidence(asked: Sequence[Asked], depth: int) -> float | None:
    shown = [
        any(gold.is_shown_by(hit) for hit in one.found.hits[:depth] for gold in one.question.gold)
        for one in asked
        if one.question.gold
    ]
    return statistics.mean(shown) if shown else None


def refusal_figures(asked: Sequence[Asked], *, threshold: float) -> Figures:
    """Shares of answerable questions below `threshold` and of unanswerable ones at or above it, and the chance that an
    answerable question scores above an unanswerable one."""
    answerable = [one.found.answerability for one in asked if one.question.answerable]
    unanswerable = [one.found.answerability for one in asked if not one.question.answerable]
    wrong_refusals = statistics.mean(score < threshold for score in answerable)
    wrong_answers = statistics.mean(score >= threshold for score in unanswerable)
    pairs = [(yes > no) + (yes == no) / 2 for yes in answerable for no in unanswerable]
    return {
        "wrong_refusals": wrong_refusals,
        "wrong_answers": wrong_answers,
        "sum": wrong_refusals + wrong_answers,
        "auc": statistics.mean(pairs),
        "ms": statistics.median(one.ms for one in asked),
    }

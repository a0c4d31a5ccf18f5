"""How well the claim check tells what stands in a source from what does not. No chat model is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.corpora import LANGUAGES, read_lines
from rag import text
from rag.cite import MarkedSentence, split_marked
from rag.cite.check import check_answer, with_question
from rag.cite.comparing import Comparing
from rag.cite.facts import Piece
from rag.cite.judge import RANK, Likeness, judge_answer
from rag.cite.reading import Reading
from rag.cite.support import SupportFeatures, support_features, support_score
from rag.schema import Embedder, Hit, Language, Passage, ScoredSentence, Sentence

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]

# Folds of ExpertQA share no question, and each way of folding is tried this often.
FOLDS = 5
REPEATS = 20
RIDGE = 10.0

CHANGED_PER_SENTENCE = 2
SEED = 7


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The share of (right, wrong) pairs in which the right one scores higher; ties count half."""
    values, right = np.asarray(scores), np.asarray(labels, dtype=bool)
    differences = values[right][:, None] - values[~right][None]
    return float((differences > 0).mean() + 0.5 * (differences == 0).mean())


# ---- ExpertQA: claims of chat models, their web pages, and an expert's verdict


def expert_claims(data: Path, embedder: Embedder, *, fit: bool) -> list[Row]:
    """AUC of the support score, complete against incomplete support. With `fit` also of the model fitted anew, over
    folds that share no question, and its coefficients."""
    known = [
        row
        for row in read_lines(data / "expertqa.en.claims.jsonl")
        if row["support"] in {"Complete", "Incomplete"}
    ]
    if not known:
        return []
    labels = [row["support"] == "Complete" for row in known]
    features = support_features(
        [_unmarked(row["claim"]) for row in known],
        [
            [
                item["text"][start:end]
                for item in row["evidence"]
                for start, end in text.sentences(item["text"])
            ]
            for row in known
        ],
        questions=[row["question"] for row in known],
        embedder=embedder,
    )
    scores = [support_score(found) for found in features]
    rows: list[Row] = [{"what": "support score", "n": len(known), "auc": area_under_curve(scores, labels)}]
    if fit:
        rows += _refitted(features, labels, [row["question"] for row in known])
    return rows


def _unmarked(claim: str) -> str:
    return " ".join(sentence.text for sentence in split_marked(claim.strip(), shown=0)) or claim.strip()


def _refitted(
    features: Sequence[SupportFeatures], labels: Sequence[bool], groups: Sequence[str]
) -> list[Row]:
    table = np.array([(found.window, found.question, found.echoed) for found in features])
    wanted = np.asarray(labels, dtype=np.float64)
    distinct = sorted(set(groups))
    areas: list[float] = []
    for repeat in range(REPEATS):
        order = random.Random(repeat).sample(distinct, len(distinct))
        fold_of = {group: number % FOLDS for number, group in enumerate(order)}
        folds = np.array([fold_of[group] for group in groups])
        for fold in range(FOLDS):
            inside = folds != fold
            weights, intercept = _logistic(table[inside], wanted[inside])
            areas.append(
                area_under_curve((table[~inside] @ weights + intercept).tolist(), wanted[~inside] > 0)
            )
    weights, intercept = _logistic(table, wanted)
    return [
        {"what": "fitted anew, held out", "n": len(labels), "auc": float(np.mean(areas))},
        {"what": "coefficients", "intercept": intercept}
        | dict(zip(("window", "question", "echoed"), map(float, weights), strict=True)),
    ]


def _logistic(table: Floats, wanted: Floats) -> tuple[Floats, float]:
    """(weights, intercept) of a ridge logistic regression on standardised columns, by Newton's method."""
    mean, scale = table.mean(axis=0), table.std(axis=0)
    columns = np.column_stack([(table - mean) / scale, np.ones(len(table))])
    penalty = np.diag([RIDGE] * table.shape[1] + [0.0])
    found = np.zeros(columns.shape[1])
    for _ in range(20):
        chance = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (chance - wanted) + penalty @ found
        curve = columns.T @ (columns * (chance * (1 - chance))[:, None]) + penalty
        found = found - np.linalg.solve(curve, slope)
    weights: Floats = found[:-1] / scale
    return weights, float(found[-1] - (weights * mean).sum())


# ---- XQuAD: a claim made of a gold answer, against every sentence of its paragraph


@dataclass(frozen=True, slots=True)
class _Pair:
    """A claim and a sentence, and whether the claim stands in it."""

    claim: Reading
    asked: Reading | None
    piece: Piece
    stands: bool


def answers_against_sentences(data: Path, embedder: Embedder) -> list[Row]:
    """For each direction, and for claims that are the question with its answer and the answer alone: AUC, and how many
    of the gold and of the other sentences get each status."""
    paragraphs = _paragraphs(data)
    rows: list[Row] = []
    for asked in LANGUAGES:
        for held in LANGUAGES:
            if asked not in paragraphs or held not in paragraphs:
                continue
            for form in ("question and answer", "answer"):
                file = data / f"xquad.{asked}.questions.jsonl"
                pairs = list(_pairs(file, paragraphs[asked], paragraphs[held], asked, alone=form == "answer"))
                rows.append({"what": form, "direction": f"{asked}-{held}", **_judged(pairs, embedder)})
    return rows


def _paragraphs(data: Path) -> dict[Language, Mapping[str, list[Mapping[str, Any]]]]:
    found: dict[Language, Mapping[str, list[Mapping[str, Any]]]] = {}
    for language in LANGUAGES:
        by_paragraph: dict[str, list[Mapping[str, Any]]] = {}
        for row in read_lines(data / f"xquad.{language}.sentences.jsonl"):
            by_paragraph.setdefault(row["paragraph"], []).append(row)
        if by_paragraph:
            found[language] = by_paragraph
    return found


def _pairs(
    questions: Path,
    own: Mapping[str, list[Mapping[str, Any]]],
    held: Mapping[str, list[Mapping[str, Any]]],
    asked: Language,
    *,
    alone: bool,
) -> Iterator[_Pair]:
    for row in read_lines(questions):
        gold = set(row["relevant_sentences"])
        # Where the two languages were cut into sentences differently a number does not name the same sentence in both.
        sentences = held.get(row["relevant"][0], [])
        if len(sentences) != len(own.get(row["relevant"][0], [])):
            continue
        claim = Reading(row["answers"][0] if alone else f"{row['question']} {row['answers'][0]}", asked)
        together = with_question(claim, row["question"])
        for position, sentence in enumerate(sentences):
            around = [row["text"] for row in sentences[max(0, position - 1) : position + 2]]
            piece = Piece(Reading(sentence["text"]), Reading(" ".join([sentence["title"], *around])))
            yield _Pair(claim, together, piece, sentence["id"] in gold)


def _judged(pairs: Sequence[_Pair], embedder: Embedder) -> Row:
    comparing = Comparing(embedder)
    every = [
        reading.words
        for pair in pairs
        for reading in (pair.claim, pair.asked or pair.claim, pair.piece.reading)
    ]
    comparing.embedder.embed_passages(every)
    if any(pair.claim.language != pair.piece.reading.language for pair in pairs):
        comparing.embedder.embed_passage_tokens(every)

    def likeness(claim: Reading, source: Reading) -> Likeness:
        return comparing.likeness([claim], [source])[0][0]

    scores: list[float] = []
    told = {True: dict.fromkeys(RANK, 0), False: dict.fromkeys(RANK, 0)}
    for pair in pairs:
        source = pair.piece.reading
        verdict = judge_answer(
            pair.claim,
            pair.piece,
            likeness(pair.claim, source),
            pair.asked,
            likeness(pair.asked or pair.claim, source),
        )
        scores.append(10 * RANK[verdict.status] + verdict.strength)
        told[pair.stands][verdict.status] += 1
    count = {stands: max(1, sum(states.values())) for stands, states in told.items()}
    return {
        "n": len(pairs),
        "auc": area_under_curve(scores, [pair.stands for pair in pairs]),
        "gold_supported": told[True]["supported"] / count[True],
        "gold_unsupported": told[True]["unsupported"] / count[True],
        "other_supported": told[False]["supported"] / count[False],
        "other_unsupported": told[False]["unsupported"] / count[False],
    }


# ---- XQuAD: sentences in which a number was changed


def changed_numbers(data: Path, embedder: Embedder) -> list[Row]:
    """How many claims are called supported although they are a sentence in which one number was changed: against the
    sentence itself, and against its translation where the paragraphs were cut alike. It must be none."""
    paragraphs = _paragraphs(data)
    chance = random.Random(SEED)
    rows: list[Row] = []
    for said in LANGUAGES:
        for held in LANGUAGES:
            if said not in paragraphs or held not in paragraphs:
                continue
            supported = unchanged = stated = count = 0
            for own, other in _aligned(paragraphs[said], paragraphs[held]):
                for changed in _with_other_numbers(own, other, chance):
                    count += 1
                    supported += _is_supported(changed, other, embedder)
                if text.numbers(own):
                    stated += 1
                    unchanged += _is_supported(own, other, embedder)
            rows.append(
                {
                    "direction": f"{said}-{held}",
                    "n": count,
                    "supported": supported,
                    "unchanged": stated,
                    "unchanged_supported": unchanged,
                }
            )
    return rows


def _aligned(
    one: Mapping[str, list[Mapping[str, Any]]], other: Mapping[str, list[Mapping[str, Any]]]
) -> Iterator[tuple[str, str]]:
    for paragraph, sentences in one.items():
        twins = other.get(paragraph, [])
        if len(twins) == len(sentences):
            yield from ((own["text"], twin["text"]) for own, twin in zip(sentences, twins, strict=True))


def _with_other_numbers(own: str, other: str, chance: random.Random) -> Iterator[str]:
    """The sentence with one of its numbers replaced by one that neither it nor its twin has."""
    taken = {number.value for sentence in (own, other) for number in text.numbers(sentence)}
    taken |= text.ordinals(own) | text.ordinals(other)
    found = text.numbers(own)
    for number in chance.sample(found, min(CHANGED_PER_SENTENCE, len(found))):
        value = next(
            value for value in iter(lambda: float(chance.randint(2, 2030)), None) if value not in taken
        )
        yield f"{own[: number.start]}{value:.0f}{own[number.end :]}"


def _is_supported(claim: str, sentence: str, embedder: Embedder) -> bool:
    (checked,) = check_answer([MarkedSentence(claim, (1,), 0, "")], [_hit(sentence)], embedder=embedder)
    return checked.status == "supported"


def _hit(sentence: str) -> Hit:
    whole = Sentence(0, len(sentence), sentence)
    language = text.language(sentence)
    passage = Passage("p", "s", "", "", None, 0, len(sentence), sentence, language, (whole,))
    return Hit(passage, 1.0, 1.0, 0.0, (ScoredSentence(whole, 1.0),), 0)

"""What is measured: pure functions, one definition each. docs/metrics.md says the same for readers.

Scores lie in [0, 1]. A function that has nothing to measure (no gold, no citation) returns None, and such a question
is left out of that metric's mean. Citations per claim are in citations.py.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Literal, get_args

from rag import text
from rag.evaluate.matching import any_stands_in, quote_matches
from rag.schema import Answer, Citation, Hit, Language

Variant = Literal["squad", "arabic"]

RETRIEVAL_DEPTH = 10
"""Sources that retrieval metrics look at."""

RETRIEVAL_METRICS = ("ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10")

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_ASCII_PUNCTUATION = frozenset(string.punctuation)
_MARKER = re.compile(r"\s*\[\d+\]")


def answer_text(answer: Answer) -> str:
    """What an answer states: its claims without citation markers, and nothing where it refuses."""
    if answer.refused:
        return ""
    if answer.claims:
        return " ".join(claim.text for claim in answer.claims)
    return _MARKER.sub("", answer.text)


def exact_match(prediction: str, answers: Sequence[str], *, variant: Variant) -> float | None:
    """1 if the prediction equals an answer, after normalisation. None without answers.

    "squad": Rajpurkar et al. 2016, evaluate-v1.1.py to the letter: lower case, ASCII punctuation deleted, the English
    articles dropped, white space collapsed. "arabic": the same on the search copy of the text (one form of each
    letter, no tashkeel, digits 0-9), with punctuation of every script deleted and the Arabic article dropped, as
    in MLQA (Lewis et al. 2020) but only at the beginning of a word. On plain English both are equal.
    """
    if not answers:
        return None
    predicted = squad_tokens(prediction, variant)
    return float(any(predicted == squad_tokens(answer, variant) for answer in answers))


def token_f1(prediction: str, answers: Sequence[str], *, variant: Variant) -> float | None:
    """Best harmonic mean of token precision and recall over the answers. None without answers.

    Rajpurkar et al. 2016. Tokens count as often as they occur; normalised as for `exact_match`.
    """
    if not answers:
        return None
    predicted = Counter(squad_tokens(prediction, variant))
    return max(_f1(predicted, Counter(squad_tokens(answer, variant))) for answer in answers)


def squad_tokens(value: str, variant: Variant) -> list[str]:
    """The tokens that exact match and F1 compare."""
    is_dropped: Callable[[str], bool]
    if variant == "squad":
        value, is_dropped = value.lower(), _ASCII_PUNCTUATION.__contains__
    else:
        value, is_dropped = text.normalise(value), _is_punctuation
    value = "".join(character for character in value if not is_dropped(character))
    if variant == "arabic":
        value = _ARABIC_ARTICLE.sub("", value)
    return _ARTICLES.sub(" ", value).split()


def contains_answer(stated: str, answers: Sequence[str]) -> float | None:
    """1 if the words of an answer stand in the text (`any_stands_in`). None without answers.

    Kamalloo et al. 2023 ("Evaluating Open-Domain Question Answering in the Era of LLMs") call it lexical matching.
    """
    return float(any_stands_in(stated, answers)) if answers else None


def list_recall(stated: str, items: Sequence[Sequence[str]]) -> float | None:
    """Share of the items of a list that stand in the text, each in any of its spellings. None without items.

    "Exact match recall" of ASQA (Stelmakh et al. 2022), which ALCE uses too; matched as `contains_answer`.
    """
    if not items:
        return None
    return sum(any_stands_in(stated, spellings) for spellings in items) / len(items)


def list_complete(stated: str, items: Sequence[Sequence[str]]) -> float | None:
    """1 if every item of the list stands in the text. None without items. ALCE's "hit"."""
    recall = list_recall(stated, items)
    return None if recall is None else float(recall == 1)


def states_wrong(stated: str, wrong_answers: Sequence[str]) -> float | None:
    """1 if a wrong answer stands in the text. None without any. RAMDocs (Wang et al. 2025) asks for none of them."""
    return float(any_stands_in(stated, wrong_answers)) if wrong_answers else None


def source_matches(source: str, name: str) -> bool:
    """Whether a source is the one named: the same, or a path that ends with that name ("b.txt", "a/b.txt")."""
    own, wanted = plain_path(source), plain_path(name)
    return own == wanted or own.endswith("/" + wanted)


def ranked_sources(hits: Sequence[Hit], relevant: Collection[str]) -> list[str]:
    """The sources found, best first, each once; one that a relevant name matches stands under that name.

    A hit that several sources print is followed by the others, as the reader sees them.
    """
    found = [
        source for hit in hits for source in (hit.passage.source, *(place.source for place in hit.also_in))
    ]
    names = (next((name for name in relevant if source_matches(source, name)), source) for source in found)
    return list(dict.fromkeys(names))


def retrieval_scores(hits: Sequence[Hit], relevant: Sequence[str]) -> dict[str, float | None]:
    """nDCG@10 (Järvelin & Kekäläinen 2002), recall@1, @5 and @10, and MRR@10 over sources, by ir-measures.

    Relevance is binary. With several relevant sources recall@1 cannot reach 1.
    """
    names = list(dict.fromkeys(relevant))
    if not names:
        return dict.fromkeys(RETRIEVAL_METRICS)
    import ir_measures

    measures = {
        "ndcg@10": ir_measures.nDCG @ 10,
        "recall@1": ir_measures.R @ 1,
        "recall@5": ir_measures.R @ 5,
        "recall@10": ir_measures.R @ 10,
        "mrr@10": ir_measures.RR @ 10,
    }
    ranked = ranked_sources(hits, names)[:RETRIEVAL_DEPTH]
    scores = ir_measures.calc_aggregate(
        list(measures.values()),
        [ir_measures.Qrel("q", name, 1) for name in names],
        [ir_measures.ScoredDoc("q", source, float(-rank)) for rank, source in enumerate(ranked)],
    )
    return {key: float(scores[measure]) for key, measure in measures.items()}


def evidence_found(sentences: Sequence[str], quotes: Sequence[str]) -> float | None:
    """1 if one of the sentences is one of the gold quotes (`quote_matches`). None without quotes."""
    if not quotes:
        return None
    return float(any(quote_matches(sentence, quote) for sentence in sentences for quote in quotes))


def answer_cited(sentences: Sequence[str], answers: Sequence[str]) -> float | None:
    """1 if one of the cited sentences holds one of the gold answers, as `contains_answer`. None without answers."""
    if not answers:
        return None
    return float(any(any_stands_in(sentence, answers) for sentence in sentences))


def citation_precision(answer: Answer, relevant: Sequence[str]) -> float | None:
    """Share of the citations that lie in a relevant source; 0 for an answer that cites nothing.

    None without relevant sources, and where the answer is refused. A sentence that several sources print lies in
    each of them. After the citation precision of ALCE (Gao et al. 2023), with gold sources in place of its judge.
    """
    if not relevant or answer.refused:
        return None
    if not answer.citations:
        return 0.0
    return sum(_lies_in(citation, relevant) for citation in answer.citations) / len(answer.citations)


def supported_claims(answer: Answer) -> float | None:
    """Share of the claims that our checker called supported when it answered. None where nothing is claimed.

    After ALCE's citation recall (Gao et al. 2023), with `rag.cite` as its judge: it is no better than that judge.
    """
    if answer.refused or not answer.claims:
        return None
    return sum(claim.status == "supported" for claim in answer.claims) / len(answer.claims)


def wrong_refusal(answer: Answer, answerable: bool | None) -> float | None:
    """1 if an answerable question is refused. None for the others. NoMIRACL (Thakur et al. 2024): error rate."""
    return float(answer.refused) if answerable is True else None


def wrong_answer(answer: Answer, answerable: bool | None) -> float | None:
    """1 if an unanswerable question is answered. None for the others. NoMIRACL: hallucination rate."""
    return float(not answer.refused) if answerable is False else None


def conflict_found(answer: Answer, conflict: bool | None) -> float | None:
    """1 if the answer shows that sources disagree, where they do. None for the other questions."""
    return float(bool(answer.conflicts)) if conflict is True else None


def false_conflict(answer: Answer, conflict: bool | None) -> float | None:
    """1 if the answer shows a disagreement where the file says that there is none. None for the other questions."""
    return float(bool(answer.conflicts)) if conflict is False else None


def answer_language(answer: Answer, language: str) -> float | None:
    """1 if the answer is written in the language of its question, by its letters; a number alone is in any.

    None for a refusal, which is always in that language, and for languages that are neither Arabic nor English.
    """
    if answer.refused or language not in get_args(Language):
        return None
    asked: Language = "ar" if language == "ar" else "en"
    return float(text.language(answer_text(answer), default=asked) == asked)


def plain_path(name: str) -> str:
    """A source's name as names are compared."""
    # macOS hands out decomposed file names, which look the same and compare unequal.
    return unicodedata.normalize("NFC", name).replace("\\", "/").removeprefix("./")


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def _f1(predicted: Counter[str], gold: Counter[str]) -> float:
    shared = (predicted & gold).total()
    return 2 * shared / (predicted.total() + gold.total()) if shared else 0.0


def _lies_in(citation: Citation, relevant: Sequence[str]) -> bool:
    sources = (citation.source, *(place.source for place in citation.also_in))
    return any(source_matches(source, name) for source in sources for name in relevant)

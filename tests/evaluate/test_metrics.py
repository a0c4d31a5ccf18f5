"""Every metric on examples small enough to work out by hand."""

from __future__ import annotations

import math
import random
import re
import string
from collections import Counter
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest

from rag.evaluate import metrics
from rag.evaluate.score import COSTS, METRICS
from rag.schema import Conflict, ConflictValue
from tests.evaluate.building import answer, citation, hit, refusal

DOCS = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


def official_tokens(value: str) -> list[str]:
    """`normalize_answer` of SQuAD's evaluate-v1.1.py, written from its published definition."""
    value = "".join(c for c in value.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", value).split()


def official_normalised(value: str) -> str:
    """The normalised answer as the script compares it: white space collapsed."""
    return " ".join(official_tokens(value))


def official_f1(prediction: str, truth: str) -> float:
    """`f1_score` of the same script."""
    predicted, gold = official_tokens(prediction), official_tokens(truth)
    same = sum((Counter(predicted) & Counter(gold)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(predicted), same / len(gold)
    return 2 * precision * recall / (precision + recall)


PIECES = [
    *("a", "An", "the", "U.S.", "panthers", "Super-Bowl", "3.4", "50", "theme", "don't", "(CBS)", "«", "\t"),
    *("روما،", "81", "٨١", "الوزير", "مُحَمَّد", "والسلام", "؟"),
]


def test_squad_scores_equal_the_published_definition_on_random_texts() -> None:
    source = random.Random(1)
    some = {"equal": 0, "partly": 0}
    for _ in range(500):
        stated = " ".join(source.choices(PIECES, k=source.randint(0, 4)))
        # `metric_max_over_ground_truths`: the best of the answers counts.
        truths = [
            " ".join(source.choices(PIECES, k=source.randint(0, 3))) for _ in range(source.randint(1, 3))
        ]
        equal = max(float(official_normalised(stated) == official_normalised(truth)) for truth in truths)
        f1 = max(official_f1(stated, truth) for truth in truths)
        assert metrics.exact_match(stated, truths, variant="squad") == equal
        assert metrics.token_f1(stated, truths, variant="squad") == pytest.approx(f1)
        some["equal"] += equal == 1
        some["partly"] += 0 < f1 < 1
    assert min(some.values()) > 20


@pytest.mark.parametrize(
    ("prediction", "gold", "squad", "arabic"),
    [
        ("The Eiffel Tower.", "eiffel tower", 1, 1),
        ("Eiffel Tower in Paris", "Eiffel Tower", 0, 0),
        # Arabic: tashkeel, hamza, teh marbuta, digits, Arabic punctuation and the article are beyond SQuAD's script.
        ("مُحَمَّد", "محمد", 0, 1),
        ("الإمارات", "إمارات", 0, 1),
        ("«روما»", "روما", 0, 1),
        ("٨١ دولة", "81 دوله", 0, 1),
        ("روما", "باريس", 0, 0),
        # The article goes at the beginning of a word only, and only if a word is left.
        ("سؤال", "سؤ", 0, 0),
        ("ال", "", 0, 0),
    ],
)
def test_exact_match_by_variant(prediction: str, gold: str, squad: int, arabic: int) -> None:
    assert metrics.exact_match(prediction, [gold], variant="squad") == squad
    assert metrics.exact_match(prediction, [gold], variant="arabic") == arabic


def test_f1_takes_the_best_answer() -> None:
    # 3 tokens stated (met, in, rome), 1 of them in the gold "Rome": P = 1/3, R = 1, F1 = 2·(1/3)/(4/3) = 1/2.
    # Against "rome italy": P = 1/3, R = 1/2, F1 = 2·(1/6)/(5/6) = 2/5.
    assert metrics.token_f1("met in Rome", ["rome italy", "Rome"], variant="squad") == 0.5
    # Arabic: {اجتماع, في, روما} against {روما}: 1/2 likewise, the article and the full stop aside.
    assert metrics.token_f1("الاجتماع في روما.", ["روما"], variant="arabic") == 0.5


def test_contains_answer_takes_any_of_the_answers() -> None:
    assert metrics.contains_answer("بمشاركة ٨١ دولةً", ["83", "81 دولة"]) == 1
    assert metrics.contains_answer("In 1981 they met.", ["81"]) == 0


def test_lists_by_hand() -> None:
    members = [["Mauritania", "موريتانيا"], ["Yemen", "اليمن"], ["Congo"]]
    # موريتانيا and, with its joined "and", واليمن: 2 of 3.
    assert metrics.list_recall("انضمت موريتانيا واليمن.", members) == pytest.approx(2 / 3)
    assert metrics.list_complete("انضمت موريتانيا واليمن.", members) == 0
    assert metrics.list_complete("Mauritania, Yemen and Congo joined.", members) == 1
    assert metrics.list_recall("", members) == 0
    assert metrics.list_recall("Yemen", []) is metrics.list_complete("Yemen", []) is None


def test_wrong_values() -> None:
    assert metrics.states_wrong("81 or 99 countries", ["99", "100"]) == 1
    assert metrics.states_wrong("81 countries in 1999", ["99"]) == 0
    assert metrics.states_wrong("81 countries", []) is None


def test_without_gold_there_is_nothing_to_measure() -> None:
    assert metrics.contains_answer("81", []) is None
    assert metrics.exact_match("81", [], variant="squad") is None
    assert metrics.token_f1("81", [], variant="arabic") is None
    assert metrics.evidence_found(["نص"], []) is None
    assert set(metrics.retrieval_scores([hit("a.txt")], []).values()) == {None}


def test_markers_are_not_part_of_an_answer_and_a_refusal_states_nothing() -> None:
    assert metrics.answer_text(answer("عقد في روما.")) == "عقد في روما."
    assert metrics.answer_text(answer(text="It met in Rome [81].")) == "It met in Rome."
    assert metrics.answer_text(refusal()) == ""


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("news/000.txt", "000.txt", True),
        ("/data/أخبار/مقال.txt", "مقال.txt", True),
        ("news/a/000.txt", "a/000.txt", True),
        ("news\\a\\000.txt", "a/000.txt", True),
        ("xquad-p000", "xquad-p000", True),
        ("caf\u0065\u0301.txt", "caf\u00e9.txt", True),
        ("news/1000.txt", "000.txt", False),
        ("xquad-p0001", "xquad-p000", False),
        ("000.txt", "news/000.txt", False),
    ],
)
def test_source_matches(source: str, name: str, expected: bool) -> None:
    assert metrics.source_matches(source, name) is expected


def test_retrieval_scores_by_hand() -> None:
    # Passages found: x, a, x again, b. Sources: x, a, b; relevant: a.txt and b.txt at ranks 2 and 3.
    hits = [hit("d/x.txt"), hit("d/a.txt"), hit("d/x.txt", "آخر."), hit("d/b.txt")]
    scores = metrics.retrieval_scores(hits, ["a.txt", "b.txt", "a.txt"])
    # DCG = 1/log2(3) + 1/log2(4); the ideal is 1/log2(2) + 1/log2(3).
    ndcg = (1 / math.log2(3) + 1 / 2) / (1 + 1 / math.log2(3))
    assert scores == pytest.approx(
        {"ndcg@10": ndcg, "recall@1": 0, "recall@5": 1, "recall@10": 1, "mrr@10": 1 / 2}
    )


def test_retrieval_looks_at_ten_sources_and_at_nothing_found() -> None:
    late = [hit(f"{number}.txt") for number in range(10)] + [hit("gold.txt")]
    nothing = dict.fromkeys(metrics.RETRIEVAL_METRICS, 0)
    assert metrics.retrieval_scores(late, ["gold.txt"]) == nothing
    assert metrics.retrieval_scores([], ["gold.txt"]) == nothing


def test_retrieval_scores_equal_ir_measures_on_random_rankings() -> None:
    """500 queries at once, as evaluations are usually run, against one call of ours for each."""
    source = random.Random(7)
    names = [f"d{number}.txt" for number in range(30)]
    gold = {f"q{query}": source.sample(names, source.randint(1, 4)) for query in range(500)}
    found = {query: source.sample(names, source.randint(0, 25)) for query in gold}
    measures = {
        "ndcg@10": ir_measures.nDCG @ 10,
        "recall@1": ir_measures.R @ 1,
        "recall@5": ir_measures.R @ 5,
        "recall@10": ir_measures.R @ 10,
        "mrr@10": ir_measures.RR @ 10,
    }
    expected = {query: dict.fromkeys(measures, 0.0) for query in gold}
    keys = {str(measure): key for key, measure in measures.items()}
    for one in ir_measures.iter_calc(
        list(measures.values()),
        [ir_measures.Qrel(query, name, 1) for query, relevant in gold.items() for name in relevant],
        [
            ir_measures.ScoredDoc(query, name, 1 / (rank + 1))
            for query, ranked in found.items()
            for rank, name in enumerate(ranked)
        ],
    ):
        expected[one.query_id][keys[str(one.measure)]] = one.value
    for query, relevant in gold.items():
        scores = metrics.retrieval_scores([hit(f"folder/{name}") for name in found[query]], relevant)
        assert scores == pytest.approx(expected[query])


def test_a_folded_hit_stands_for_each_of_its_sources() -> None:
    hits = [hit("a.txt", also_in=["d/b.txt"]), hit("c.txt")]
    assert metrics.ranked_sources(hits, ["b.txt"]) == ["a.txt", "b.txt", "c.txt"]


def test_evidence_found() -> None:
    assert metrics.evidence_found(["شيء آخر", "شاركت 81 دولة في روما"], ["81 دولة"]) == 1
    assert metrics.evidence_found(["شيء آخر"], ["81 دولة"]) == 0
    assert metrics.evidence_found([], ["81 دولة"]) == 0


def test_citation_precision() -> None:
    # a.txt, and c.txt because b.txt prints the same sentence: 2 of 3.
    cited = [citation("a.txt"), citation("c.txt", n=2, also_in=["b.txt"]), citation("d.txt", n=3)]
    given = answer("جملة.", citations=cited)
    assert metrics.citation_precision(given, ["a.txt", "b.txt"]) == pytest.approx(2 / 3)
    assert metrics.citation_precision(answer("جملة."), ["a.txt"]) == 0
    assert metrics.citation_precision(given, []) is None
    assert metrics.citation_precision(refusal(), ["a.txt"]) is None


def test_supported_claims() -> None:
    # One of four is supported; "weak" is not.
    given = answer("أ", ("ب", "weak"), ("c", "unsupported"), ("d", "weak"))
    assert metrics.supported_claims(given) == 0.25
    assert metrics.supported_claims(refusal()) is None
    assert metrics.supported_claims(answer(text="")) is None


def test_refusals_are_wrong_only_where_the_gold_says_so() -> None:
    given = answer("جملة.")
    outcomes = {
        (name, gold): (metrics.wrong_refusal(reply, gold), metrics.wrong_answer(reply, gold))
        for name, reply in (("answered", given), ("refused", refusal()))
        for gold in (True, False, None)
    }
    assert outcomes == {
        ("answered", True): (0, None),
        ("answered", False): (None, 1),
        ("answered", None): (None, None),
        ("refused", True): (1, None),
        ("refused", False): (None, 0),
        ("refused", None): (None, None),
    }


def test_conflicts_count_only_where_the_file_says_something() -> None:
    shown = replace(answer("81 [1]."), conflicts=(Conflict("countries", (ConflictValue("81", (1,)),)),))
    outcomes = [
        (metrics.conflict_found(reply, gold), metrics.false_conflict(reply, gold))
        for gold in (True, False, None)
        for reply in (shown, answer("81."))
    ]
    assert outcomes == [(1, None), (0, None), (None, 1), (None, 0), (None, None), (None, None)]


@pytest.mark.parametrize(
    ("stated", "language", "expected"),
    [
        ("عُقد الاجتماع في روما.", "ar", 1),
        ("عُقد الاجتماع في روما.", "en", 0),
        ("انضمت ABC إلى التحالف.", "ar", 1),
        ("They met in Rome (روما).", "en", 1),
        # A number alone is in the language it was asked in.
        ("308", "ar", 1),
        ("308", "en", 1),
        ("À Rome.", "fr", None),
    ],
)
def test_answer_language(stated: str, language: str, expected: float | None) -> None:
    assert metrics.answer_language(answer(stated), language) == expected
    assert metrics.answer_language(refusal(), language) is None


def test_answer_cited() -> None:
    sentences = ["شيء آخر.", "شاركت ٨١ دولة."]
    assert metrics.answer_cited(sentences, ["83", "81"]) == 1
    assert metrics.answer_cited(sentences[:1], ["81"]) == 0
    assert metrics.answer_cited([], ["81"]) == 0
    assert metrics.answer_cited(sentences, []) is None


def test_every_metric_is_documented_in_both_languages() -> None:
    documented = DOCS.read_text(encoding="utf-8")
    for metric in (*METRICS, *COSTS):
        assert f"`{metric.key}`" in documented
        assert metric.ar in documented

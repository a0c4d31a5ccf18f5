"""A question, its answer and its hits → every metric of that question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluate import metrics
from rag.evaluate.datasets import Question
from rag.schema import Answer, Hit, Language


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its key in rows and reports, and its names for people."""

    key: str
    en: str
    ar: str
    higher_is_better: bool = True

    def name(self, language: Language) -> str:
        """Its name in `language`."""
        return self.ar if language == "ar" else self.en


METRICS: tuple[Metric, ...] = (
    Metric("ndcg@10", "nDCG@10", "جودة ترتيب المصادر (nDCG@10)"),
    Metric("recall@1", "Recall@1", "الاستدعاء عند المصدر الأول"),
    Metric("recall@5", "Recall@5", "الاستدعاء عند خمسة مصادر"),
    Metric("mrr@10", "MRR@10", "مقلوب رتبة أول مصدر صحيح"),
    Metric("evidence@1", "Evidence@1", "الجملة الأولى هي الدليل"),
    Metric("contains_answer", "Contains the answer", "في الرد الجواب المطلوب"),
    Metric("exact_match", "Exact match (SQuAD)", "تطابق تام (SQuAD)"),
    Metric("f1", "Token F1 (SQuAD)", "تطابق الكلمات F1 (SQuAD)"),
    Metric("exact_match_arabic", "Exact match (Arabic variant)", "تطابق تام بعد توحيد الكتابة العربية"),
    Metric("f1_arabic", "Token F1 (Arabic variant)", "تطابق الكلمات F1 بعد توحيد الكتابة العربية"),
    Metric("citation_precision", "Citation precision", "دقة الإحالات"),
    Metric("evidence_cited", "Evidence cited", "الإحالة إلى جملة الدليل"),
    Metric("supported_claims", "Supported claims", "جمل يسندها مصدرها"),
    Metric("wrong_refusal", "Wrong refusals", "امتناع في غير محله", higher_is_better=False),
    Metric("wrong_answer", "Wrong answers", "إجابة عما لا جواب له", higher_is_better=False),
)
"""Every metric, in the order in which reports show them."""


def score_question(
    question: Question, *, hits: Sequence[Hit], answer: Answer | None
) -> dict[str, float | None]:
    """Each metric of `METRICS`, None where it has nothing to measure.

    A question that failed (`answer` None) states nothing: it scores 0 where an answer is known and is left out of
    the metrics that ask what was cited or refused. Answers to unanswerable questions are only counted as such.
    """
    stated = metrics.answer_text(answer) if answer else ""
    answers = question.answers if question.answerable is not False else ()
    sources = [item.source for item in question.relevant]
    quotes = [item.quote for item in question.relevant if item.quote]
    cited = [citation.quote for citation in answer.citations] if answer else []
    return {
        **metrics.retrieval_scores(hits, sources),
        "evidence@1": metrics.evidence_found([hit.best_sentence.text for hit in hits[:1]], quotes),
        "contains_answer": metrics.contains_answer(stated, answers),
        "exact_match": metrics.exact_match(stated, answers, variant="squad"),
        "f1": metrics.token_f1(stated, answers, variant="squad"),
        "exact_match_arabic": metrics.exact_match(stated, answers, variant="arabic"),
        "f1_arabic": metrics.token_f1(stated, answers, variant="arabic"),
        "citation_precision": metrics.citation_precision(answer, sources) if answer else None,
        "evidence_cited": metrics.evidence_found(cited, quotes) if answer else None,
        "supported_claims": metrics.supported_claims(answer) if answer else None,
        "wrong_refusal": metrics.wrong_refusal(answer, question.answerable) if answer else None,
        "wrong_answer": metrics.wrong_answer(answer, question.answerable) if answer else None,
    }

"""A question, its answer and its hits → every metric of that question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evaluate import metrics
from rag.evaluate.citations import CitationMarks
from rag.evaluate.fields import Question
from rag.evaluate.judge import Judged
from rag.schema import Answer, Hit, Language

Unit = Literal["share", "seconds", "tokens"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its key in rows and reports, and its names for people."""

    key: str
    en: str
    ar: str
    higher_is_better: bool = True
    unit: Unit = "share"

    def name(self, language: Language) -> str:
        """Its name in `language`."""
        return self.ar if language == "ar" else self.en


METRICS: tuple[Metric, ...] = (
    Metric("ndcg@10", "nDCG@10", "جودة ترتيب المصادر (nDCG@10)"),
    Metric("recall@1", "Recall@1", "الاستدعاء عند المصدر الأول"),
    Metric("recall@5", "Recall@5", "الاستدعاء عند خمسة مصادر"),
    Metric("recall@10", "Recall@10", "الاستدعاء عند عشرة مصادر"),
    Metric("mrr@10", "MRR@10", "مقلوب رتبة أول مصدر صحيح"),
    Metric("evidence@1", "Evidence@1", "الجملة الأولى هي الدليل"),
    Metric("contains_answer", "Contains the answer", "في الرد الجواب المطلوب"),
    Metric("exact_match", "Exact match (SQuAD)", "تطابق تام (SQuAD)"),
    Metric("f1", "Token F1 (SQuAD)", "تطابق الكلمات F1 (SQuAD)"),
    Metric("exact_match_arabic", "Exact match (Arabic variant)", "تطابق تام بعد توحيد الكتابة العربية"),
    Metric("f1_arabic", "Token F1 (Arabic variant)", "تطابق الكلمات F1 بعد توحيد الكتابة العربية"),
    Metric("list_recall", "List items found", "نصيب ما ذُكر من عناصر القائمة"),
    Metric("list_complete", "List complete", "القائمة كاملة"),
    Metric("states_wrong", "Wrong values stated", "ذكر جواب خاطئ معروف", higher_is_better=False),
    Metric("citation_precision", "Citation precision (gold sources)", "دقة الإحالات إلى المصادر الصحيحة"),
    Metric("alce_recall", "Citation recall (ALCE)", "اكتمال الإسناد (ALCE)"),
    Metric("alce_precision", "Citation precision (ALCE)", "دقة الإسناد (ALCE)"),
    Metric("evidence_cited", "Evidence cited", "الإحالة إلى جملة الدليل"),
    Metric("answer_cited", "Answer in a cited sentence", "الجواب في جملة مُحال إليها"),
    Metric("supported_claims", "Supported claims", "جمل يسندها مصدرها"),
    Metric("wrong_refusal", "Wrong refusals", "امتناع في غير محله", higher_is_better=False),
    Metric("wrong_answer", "Wrong answers", "إجابة عما لا جواب له", higher_is_better=False),
    Metric("conflict_found", "Disagreements shown", "إظهار تعارض المصادر"),
    Metric("false_conflict", "False disagreements", "تعارض لا وجود له", higher_is_better=False),
    Metric("answer_language", "Answer in the question's language", "الرد بلغة السؤال"),
    Metric("judge_correct", "Right answer (judge)", "صواب الجواب بحكم النموذج"),
    Metric("judge_recall", "Citation recall (judge)", "اكتمال الإسناد بحكم النموذج"),
    Metric("judge_precision", "Citation precision (judge)", "دقة الإسناد بحكم النموذج"),
)
"""Every metric of right and wrong, each in [0, 1], in the order in which reports show them."""

COSTS: tuple[Metric, ...] = (
    Metric(
        "first_token_seconds",
        "Seconds to the first word",
        "الثواني حتى أول كلمة",
        higher_is_better=False,
        unit="seconds",
    ),
    Metric("seconds", "Seconds in all", "الثواني كلها", higher_is_better=False, unit="seconds"),
    Metric("prompt_tokens", "Tokens read", "الرموز المقروءة", higher_is_better=False, unit="tokens"),
    Metric("answer_tokens", "Tokens written", "الرموز المكتوبة", higher_is_better=False, unit="tokens"),
)
"""What answers take."""


def score_question(
    question: Question,
    *,
    hits: Sequence[Hit],
    answer: Answer | None,
    marks: CitationMarks | None = None,
    judged: Judged | None = None,
) -> dict[str, float | None]:
    """Each metric of `METRICS`, None where it has nothing to measure.

    A question that failed (`answer` None) states nothing: it scores 0 where an answer is known and is left out of
    the metrics that ask what was cited or refused. Answers to unanswerable questions are only counted as such.
    """
    sources = [item.source for item in question.relevant]
    quotes = [item.quote for item in question.relevant if item.quote]
    return {
        **metrics.retrieval_scores(hits, sources),
        "evidence@1": metrics.evidence_found([hit.best_sentence.text for hit in hits[:1]], quotes),
        **_answer_scores(question, metrics.answer_text(answer) if answer else ""),
        **(_reply_scores(question, answer, sources, quotes) if answer else dict.fromkeys(_REPLY_METRICS)),
        "alce_recall": marks.recall if marks else None,
        "alce_precision": marks.precision if marks else None,
        "judge_correct": None if judged is None or judged.correct is None else float(judged.correct),
        "judge_recall": judged.recall if judged else None,
        "judge_precision": judged.precision if judged else None,
    }


def _answer_scores(question: Question, stated: str) -> dict[str, float | None]:
    """What is asked of the words of an answer."""
    known = question.answerable is not False
    answers = question.answers if known else ()
    items = question.items if known else ()
    return {
        "contains_answer": metrics.contains_answer(stated, answers),
        "exact_match": metrics.exact_match(stated, answers, variant="squad"),
        "f1": metrics.token_f1(stated, answers, variant="squad"),
        "exact_match_arabic": metrics.exact_match(stated, answers, variant="arabic"),
        "f1_arabic": metrics.token_f1(stated, answers, variant="arabic"),
        "list_recall": metrics.list_recall(stated, items),
        "list_complete": metrics.list_complete(stated, items),
        "states_wrong": metrics.states_wrong(stated, question.wrong_answers),
    }


_REPLY_METRICS = (
    *("citation_precision", "evidence_cited", "answer_cited", "supported_claims"),
    *("wrong_refusal", "wrong_answer", "conflict_found", "false_conflict", "answer_language"),
)


def _reply_scores(
    question: Question, answer: Answer, sources: Sequence[str], quotes: Sequence[str]
) -> dict[str, float | None]:
    """What is asked of citations, refusals and the rest, which only an answer that came has."""
    cited = [citation.quote for citation in answer.citations]
    spellings = [*question.answers, *(spelling for item in question.items for spelling in item)]
    return {
        "citation_precision": metrics.citation_precision(answer, sources),
        "evidence_cited": metrics.evidence_found(cited, quotes),
        "answer_cited": metrics.answer_cited(cited, spellings if question.answerable is not False else ()),
        "supported_claims": metrics.supported_claims(answer),
        "wrong_refusal": metrics.wrong_refusal(answer, question.answerable),
        "wrong_answer": metrics.wrong_answer(answer, question.answerable),
        "conflict_found": metrics.conflict_found(answer, question.conflict),
        "false_conflict": metrics.false_conflict(answer, question.conflict),
        "answer_language": metrics.answer_language(answer, question.lang),
    }

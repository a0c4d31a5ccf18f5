"""Sentences for the reader about how an answer came to be, in the language of the question."""

from __future__ import annotations

from rag.schema import Language


def notice_for(
    language: Language, *, left_out: int = 0, shortened: int = 0, cut_short: bool = False, dropped: int = 0
) -> str:
    """What the reader should know of an answer; empty where there is nothing to say.

    `left_out` sources did not fit the model's context and `shortened` fitted in part; the reply was `cut_short` for
    length; `dropped` sentences were left out because no source carries them.
    """
    arabic = language == "ar"
    said: list[str] = []
    if left_out or shortened:
        said.append(_context_ar(left_out, shortened) if arabic else _context_en(left_out, shortened))
    if cut_short:
        said.append(
            "بلغ الجواب طوله الأقصى فانقطع. ارفع RAG_LLM_ANSWER_TOKENS ليكتمل."
            if arabic
            else "The answer reached its longest length and was cut. Raise RAG_LLM_ANSWER_TOKENS to have it whole."
        )
    if dropped:
        said.append(
            f"حُذفت من الجواب جمل لا يسندها أي مصدر، عددها {dropped}."
            if arabic
            else f"{dropped} {'sentence' if dropped == 1 else 'sentences'} that no source carries "
            f"{'was' if dropped == 1 else 'were'} left out of the answer."
        )
    return " ".join(said)


def _context_en(left_out: int, shortened: int) -> str:
    parts = [
        f"{count} {'source' if count == 1 else 'sources'} {what}"
        for count, what in (
            (left_out, "did not fit the model's context"),
            (shortened, "fitted it only in part"),
        )
        if count
    ]
    return f"{' and '.join(parts)}. Raise RAG_LLM_CONTEXT_TOKENS to have all of them read."


def _context_ar(left_out: int, shortened: int) -> str:
    parts = [
        f"{what} {count}"
        for count, what in (
            (left_out, "مصادر لم تتسع لها سعة النموذج، عددها"),
            (shortened, "مصادر قُرئ بعضها، عددها"),
        )
        if count
    ]
    return f"{'، و'.join(parts)}. ارفع RAG_LLM_CONTEXT_TOKENS لتُقرأ كلها."

"""Sentences for the reader about how an answer came to be, in the language of the question."""

from __future__ import annotations

from typing import Literal

from rag.schema import Language

SecondLook = Literal["quoted", "quoted_too", "restated", "own_words"]
"""What came of looking again at a model's reply that does not stand on the sentences that answer: quoted in its
place or below it; or, where they are in the other language, the model wrote a second one from the best of them, or
their own words are told."""

_SECOND_LOOKS: dict[SecondLook, dict[Language, str]] = {
    "quoted": {
        "en": "What the model wrote does not stand in the sources, so the sentences that answer are quoted instead.",
        "ar": "ما كتبه النموذج لا تسنده المصادر، فنُقلت بدلًا منه الجمل التي تجيب.",
    },
    "quoted_too": {
        "en": "What the model wrote does not stand on the sentences nearest to the question: they are quoted below it.",
        "ar": "لا يستند ما كتبه النموذج إلى أقرب الجمل إلى السؤال، فنُقلت بعده.",
    },
    "restated": {
        "en": "The model's first reply does not stand in the sources; this one was written from the sentence it cites.",
        "ar": "جواب النموذج الأول لا تسنده المصادر، وكُتب هذا من الجملة التي يستشهد بها وحدها.",
    },
    "own_words": {
        "en": "The model put nothing into English that stands in the sources, so a passage is quoted as it is.",
        "ar": "لم ينقل النموذج إلى العربية شيئًا تسنده المصادر، فنُقل مقطع منها بلغته.",
    },
}


def notice_for(
    language: Language,
    *,
    left_out: int = 0,
    shortened: int = 0,
    cut_short: bool = False,
    dropped: int = 0,
    second_look: SecondLook | None = None,
    unjudged: int = 0,
) -> str:
    """What the reader should know of an answer; empty where there is nothing to say.

    `left_out` sources did not fit the model's context and `shortened` fitted in part; the reply was `cut_short` for
    length; `dropped` sentences were left out because no source carries them; of `unjudged` ones the second judge said
    nothing.
    """
    arabic = language == "ar"
    said: list[str] = [_SECOND_LOOKS[second_look][language]] if second_look else []
    if left_out or shortened:
        said.append(_context(arabic, left_out, shortened))
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
            else f"{_counted(dropped, 'sentence')} that no source carries "
            f"{'was' if dropped == 1 else 'were'} left out of the answer."
        )
    if unjudged:
        said.append(
            f"لم يُبدِ المدقق الثاني (RAG_JUDGE) رأيًا في جمل عددها {unjudged}."
            if arabic
            else f"The second judge (RAG_JUDGE) said nothing of {_counted(unjudged, 'sentence')}."
        )
    return " ".join(said)


def _context(arabic: bool, left_out: int, shortened: int) -> str:
    counted = (
        (left_out, "did not fit the model's context", "مصادر لم تتسع لها سعة النموذج، عددها"),
        (shortened, "fitted it only in part", "مصادر قُرئ بعضها، عددها"),
    )
    if arabic:
        told = "، و".join(f"{ar} {count}" for count, _, ar in counted if count)
        return f"{told}. ارفع RAG_LLM_CONTEXT_TOKENS لتُقرأ كلها."
    told = " and ".join(f"{_counted(count, 'source')} {en}" for count, en, _ in counted if count)
    return f"{told}. Raise RAG_LLM_CONTEXT_TOKENS to have all of them read."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

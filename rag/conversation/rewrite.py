"""A follow-up question made to stand alone: where only a name changed, by putting it in; else by the chat model where
there is one, and checked; else by carrying the subject of the question before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag import text
from rag.conversation.carry import carry_subject, replace_subject, stands_alone, topic
from rag.conversation.small_talk import small_talk
from rag.conversation.words import word_set
from rag.errors import ModelError
from rag.prompt import load_prompt
from rag.schema import Language
from rag.text.normalising import ARABIC_LETTERS
from rag.text.places import places
from rag.text.stop_words import STOP_WORDS

# Whoever writes more than this says what they mean; 24 words in either language.
MAX_FOLLOW_UP_CHARACTERS = 160
# What the model reads: enough for a subject that was named three questions ago, and little beside the 4096 tokens
# that its context has at least. An answer's first sentences name what it is about.
_EXCHANGES_READ = 3
_ANSWER_CHARACTERS_READ = 400
# A rewrite longer than the questions it is made of, and this, has begun to answer.
_SPARE_CHARACTERS = 60

_LABEL = re.compile(
    r"^\W*(?:complete question|last question|question|السؤال الكامل|السؤال الأخير|السؤال)\s*[:：]\s*", re.I
)
_QUOTES = "\"'«»“”*` "
_MARKER = re.compile(r"\s*\[[\d٠-٩,، ]+\]")
_CAPITALISED = re.compile(r"\b[A-Z][\w'’-]*")
_LATIN_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_ARABIC_WORD = re.compile(f"[{ARABIC_LETTERS}]+")
# Words that complete a question without adding a fact, which the conversation need not hold. Normalised.
_PLAIN_ARABIC = word_set(
    """
    كان كانت يكون عقد عقدت انعقد حدث حدثت جري جرت تم تمت وقع وقعت بدا بدات انتهي انتهت شارك شاركت مشاركه المشاركه
    حضر حضرت الذي التي الذين عدد اسم تاريخ مكان موعد سبب اسباب نتيجه نتائج الخاص الخاصه بشان بخصوص يتعلق بالنسبه
    """
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of a chat, and the answer it got."""

    question: str
    answer: str


def rewrite_follow_up(
    question: str, history: Sequence[Exchange], *, ask: Callable[[str, str], str] | None
) -> str:
    """`question` so that it can be understood without `history`, the exchanges before it, oldest first; as it is
    where it stands alone already.

    `ask` puts a system and a user message to a chat model. Its rewrite is discarded where it cannot be trusted, and
    so is its ModelError: then, as without `ask`, the subject of the questions before is carried over.
    """
    before = [exchange for exchange in history if small_talk(exchange.question) is None]
    if not before or len(question) > MAX_FOLLOW_UP_CHARACTERS or stands_alone(question):
        return question
    about = topic([exchange.question for exchange in before])
    # "What about X?" with a place for X needs no model: it takes seconds, and a small one repeats the question before.
    if replaced := replace_subject(question, about):
        return replaced
    if ask is not None and (rewritten := _by_model(question, before[-_EXCHANGES_READ:], ask)):
        return rewritten
    return carry_subject(question, about)


def _by_model(question: str, history: Sequence[Exchange], ask: Callable[[str, str], str]) -> str:
    """The model's rewrite, or an empty string."""
    language = text.language(question)
    filled = load_prompt("followup", language).fill(
        history="\n".join(_shown(exchange, language) for exchange in history), question=_one_line(question)
    )
    try:
        reply = ask(filled.system, filled.user)
    except ModelError:
        return ""  # Answering asks the same model next, and says what is wrong with it.
    first = next((line for line in reply.splitlines() if line.strip(_QUOTES)), "")
    rewritten = _LABEL.sub("", first).strip(_QUOTES)
    return rewritten if is_faithful(rewritten, question, history) else ""


def _shown(exchange: Exchange, language: Language) -> str:
    asked, answered = ("السؤال", "الجواب") if language == "ar" else ("Question", "Answer")
    answer = _one_line(_MARKER.sub("", exchange.answer))[:_ANSWER_CHARACTERS_READ]
    return f"{asked}: {_one_line(exchange.question)}\n{answered}: {answer}"


def _one_line(said: str) -> str:
    return " ".join(said.split())


def is_faithful(rewritten: str, question: str, history: Sequence[Exchange]) -> bool:
    """Whether a model's rewrite asks what `question` asks: a question of its length and language, standing alone, with
    the places and numbers of `question`, and with no name or number that the conversation does not hold."""
    asked = [exchange.question for exchange in history]
    said = "\n".join([question, *asked, *(exchange.answer for exchange in history)])
    longest = len(question) + max(len(one) for one in asked) + _SPARE_CHARACTERS
    return (
        rewritten.endswith(("?", "؟"))
        and len(rewritten) <= longest
        and text.language(rewritten) == text.language(question)
        and text.words(rewritten) not in [text.words(one) for one in (question, *asked)]
        and stands_alone(rewritten)
        and _values(question) <= _values(rewritten) <= _values(said)
        and places(question) <= places(rewritten) <= places(said)
        and not _new_names(rewritten, said)
    )


def _values(said: str) -> set[float]:
    return {number.value for number in text.numbers(said)}


def _new_names(rewritten: str, said: str) -> bool:
    """Whether `rewritten` holds what may be a name and is not in `said`: a capitalised word, a Latin word between
    Arabic ones, or, since Arabic has no capitals, any Arabic word of another root than those of `said`."""
    known = set(text.stems(said, drop_stop_words=False)) | set(text.skeletons(said))
    in_arabic = text.language(rewritten) == "ar"
    candidates = (_LATIN_WORD if in_arabic else _CAPITALISED).findall(rewritten)
    if any(
        word.lower() not in STOP_WORDS
        and not set(text.stems(word, drop_stop_words=False) + text.skeletons(word)) & known
        for word in candidates
    ):
        return True
    roots = set(text.roots(said))
    return any(
        _ARABIC_WORD.fullmatch(word)
        and word not in STOP_WORDS | _PLAIN_ARABIC
        and text.stem(word) not in known
        and (text.root(word) or word) not in roots
        for word in text.words(rewritten)
    )

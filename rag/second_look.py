"""A second look at a chat model's reply: what is told where it does not stand on the sentences that answer."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from rag.errors import ModelError
from rag.generate import ChatEngine, extract_claims
from rag.notice import SecondLook
from rag.prompt import fence, load_prompt
from rag.reply import CheckedReply, in_own_words
from rag.schema import DraftClaim, Embedder, Event, Hit, Retrieval
from rag.streaming import Begun, Clock, stream_reply

# A small model refuses what its sources answer: of 41 seed questions that pass the gate Qwen2.5-Coder-0.5B refused six,
# and of the five that have no answer none. From here on the passages are believed rather than the model.
LIKELY_ANSWERED = 0.8

_NOTHING = CheckedReply.quoting(())


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, and what came of a second look at the model's reply, if there was one."""

    reply: CheckedReply
    second_look: SecondLook | None = None


def second_look(
    engine: ChatEngine,
    retrieval: Retrieval,
    shown: Sequence[Hit],
    first: CheckedReply,
    clock: Clock,
    *,
    embedder: Embedder,
) -> Generator[Event, None, Told]:
    """What is told of the model's `first` reply, which stands if it stands on one of the sentences that answer.

    So does a refusal, unless the passages are very likely to answer. Else those sentences are quoted, below what
    may be true of the reply; where they are in the other language, see `_restated`. A reply in the other language than
    the question's is not told.
    """
    if first.refuses and retrieval.answerability < LIKELY_ANSWERED:
        return Told(first)
    if not first.is_in(retrieval.language):
        first = _NOTHING
    quotes = extract_claims(retrieval.question, shown)
    if not quotes or first.stands_on(quotes):
        return Told(first)
    if quotes[0].evidence[0].passage.language != retrieval.language:
        return (yield from _restated(engine, retrieval, shown, first, quotes, clock, embedder=embedder))
    if first.has("supported") or first.has("weak"):
        return Told(first.followed_by(quotes), "quoted_too")
    return Told(CheckedReply.quoting(quotes), "quoted")


def _restated(
    engine: ChatEngine,
    retrieval: Retrieval,
    shown: Sequence[Hit],
    first: CheckedReply,
    quotes: Sequence[DraftClaim],
    clock: Clock,
    *,
    embedder: Embedder,
) -> Generator[Event, None, Told]:
    """The model is asked once more, with the best of the `quotes` alone. Where neither of its replies stands on
    them, what may be true of the better one is told, and the quotes' own words after it."""
    question, language = retrieval.question, retrieval.language
    best: Told = Told(first)
    filled = load_prompt("restate", language).fill(sentence=fence(quotes[0].text), question=question)
    try:
        written, _ = yield from stream_reply(engine, filled, Begun("\n\n"), clock)
    except ModelError:
        pass  # The first reply is there, and is told as what it is.
    else:
        clock.lap("restate")
        again = CheckedReply.checked(written, shown, embedder=embedder, question=question)
        if again.is_in(language) and again.better_than(first, quotes):
            best = Told(again, "restated")
    if best.reply.stands_on(quotes):
        return best
    kept = best.reply.without("unsupported")
    told = in_own_words(question, quotes, kept, language=language, embedder=embedder)
    return Told(kept.followed_by([told]), "own_words") if told else best

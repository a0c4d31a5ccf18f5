"""A second look at a chat model's reply: what is told where it does not stand on the sentences that answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from rag.cite import says_no_more, shows_a_fact
from rag.errors import ModelError
from rag.generate import ChatEngine, extract_claims
from rag.notice import SecondLook
from rag.prompt import fence, load_prompt
from rag.reply import CheckedReply, in_own_words
from rag.schema import DraftClaim, Embedder, Event, Hit, Retrieval
from rag.streaming import Begun, Clock, stream_reply

# A small model refuses what its sources answer: of 41 seed questions that pass the gate Qwen2.5-Coder-0.5B refused six,
# and of the five that have no answer one, at .64. From here on the passages are believed rather than the model. At .8
# one seed question more was refused wrongly, and two of ten of NoMIRACL's English ones.
LIKELY_ANSWERED = 0.7

Check = Callable[[str], CheckedReply]

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
    check: Check,
    embedder: Embedder,
) -> Generator[Event, None, Told]:
    """What is told of the model's `first` reply, which stands if it stands on one of the sentences that answer.

    So does a refusal, unless the passages are very likely to answer. Else those sentences are quoted, below what
    may be true of the reply; where they are in the other language, the model is asked once more, with the best of
    them alone, and they speak for themselves. A reply in another language than the answer's is not told. `check`
    holds a reply against the `shown` passages.
    """
    if first.refuses and retrieval.answerability < LIKELY_ANSWERED:
        return Told(first)
    if not first.is_in(retrieval.language):
        first = _NOTHING
    question = retrieval.question
    quotes = extract_claims(question, shown)
    if not quotes:
        return Told(first)
    across = quotes[0].evidence[0].passage.language != retrieval.language
    if first.stands_on(quotes):
        return _with_own_words(Told(first), retrieval, quotes, embedder) if across else Told(first)
    if across:
        best = yield from _restated(engine, retrieval, first, quotes, clock, check)
        return _with_own_words(best, retrieval, quotes, embedder)
    if first.has("supported") or first.has("weak"):
        return Told(first.followed_by(quotes), "quoted_too")
    return Told(CheckedReply.quoting(quotes), "quoted")


def _restated(
    engine: ChatEngine,
    retrieval: Retrieval,
    first: CheckedReply,
    quotes: Sequence[DraftClaim],
    clock: Clock,
    check: Check,
) -> Generator[Event, None, Told]:
    """The better of the `first` reply and what the model makes of the best of the `quotes` alone."""
    prompt = load_prompt("restate", retrieval.language)
    filled = prompt.fill(sentence=fence(quotes[0].text), question=retrieval.question)
    try:
        written, _ = yield from stream_reply(engine, filled, Begun("\n\n"), clock)
    except ModelError:
        return Told(first)  # It is there, and is told as what it is.
    clock.lap("restate")
    again = check(written)
    if again.is_in(retrieval.language) and again.better_than(first, quotes):
        return Told(again, "restated")
    return Told(first)


def _with_own_words(
    told: Told, retrieval: Retrieval, quotes: Sequence[DraftClaim], embedder: Embedder
) -> Told:
    """What is told in another language than that of its sources, and these sources' own words after it, unless a
    supported claim shows a fact that can be seen there: a number, a name. Of meaning alone too little is seen: of 22
    English questions over Arabic articles Qwen2.5-Coder-0.5B answered five with a sentence that passed and said
    nothing of what was asked. What no source carries, or only says the question again, is left out."""
    question = retrieval.question
    if any(claim.status == "supported" and shows_a_fact(claim, question) for claim in told.reply.claims):
        return told
    kept = told.reply.only(lambda claim: claim.status != "unsupported" and not says_no_more(claim, question))
    own = in_own_words(question, quotes, kept, language=retrieval.language, embedder=embedder)
    if own is None:
        return told
    look = told.second_look if kept.has("supported") else "own_words"
    return Told(kept.followed_by([own]), look)

"""What is made of a chat model's reply: its sentences checked, and what stands in for them where they do not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from rag import text
from rag.cite import check_answer, split_marked
from rag.generate import part_that_answers
from rag.judging import SecondJudge, judge_again
from rag.prompt import refusal_sentence
from rag.schema import QUOTED, ClaimStatus, DraftClaim, DraftConflict, Embedder, Hit, Language

_GAP = " "
_NEW_LINE = "\n"


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """Claims with what follows each of them in the text. A refusal has none. Of `unjudged` the second judge, if there
    is one, said nothing."""

    claims: tuple[DraftClaim, ...]
    gaps: tuple[str, ...]
    unjudged: int = 0

    @classmethod
    def checked(
        cls,
        written: str,
        shown: Sequence[Hit],
        *,
        embedder: Embedder,
        question: str,
        judge: SecondJudge | None = None,
    ) -> Self:
        """A model's words against the passages it was shown."""
        if says_refusal(written):
            return cls((), ())
        marked = split_marked(written, shown=len(shown))
        claims, unjudged = check_answer(marked, shown, embedder=embedder, question=question), 0
        if judge:
            claims, unjudged = judge_again(claims, judge, question=question, language=text.language(question))
        return cls(tuple(claims), tuple(sentence.gap or _GAP for sentence in marked), unjudged)

    @classmethod
    def quoting(cls, claims: Iterable[DraftClaim]) -> Self:
        """Claims that are quotes, one a line."""
        told = tuple(claims)
        return cls(told, (_NEW_LINE,) * len(told))

    @property
    def refuses(self) -> bool:
        """Whether it says that the sources do not answer, or nothing."""
        return not self.claims

    def is_in(self, language: Language) -> bool:
        """Whether it is written in `language`; a bare number is in any."""
        return text.language(" ".join(claim.text for claim in self.claims), default=language) == language

    def has(self, status: ClaimStatus) -> bool:
        """Whether any claim ended so."""
        return any(claim.status == status for claim in self.claims)

    def stands_on(self, quotes: Iterable[DraftClaim]) -> bool:
        """Whether a supported claim has a sentence of `quotes` as evidence. A claim that a source carries may still be
        beside the question: small models copy the first sentence they see."""
        keys = {evidence.key for quote in quotes for evidence in quote.evidence}
        return any(
            claim.status == "supported" and not keys.isdisjoint(item.key for item in claim.evidence)
            for claim in self.claims
        )

    def better_than(self, other: CheckedReply, quotes: Sequence[DraftClaim]) -> bool:
        """Whether it is nearer to standing on `quotes`, or to being supported at all."""

        def rank(reply: CheckedReply) -> tuple[bool, bool, bool]:
            return reply.stands_on(quotes), reply.has("supported"), reply.has("weak")

        return rank(self) > rank(other)

    def only(self, keep: Callable[[DraftClaim], bool]) -> CheckedReply:
        """The claims that are to be kept."""
        kept = [pair for pair in zip(self.claims, self.gaps, strict=True) if keep(pair[0])]
        return replace(self, claims=tuple(claim for claim, _ in kept), gaps=tuple(gap for _, gap in kept))

    def without(self, status: ClaimStatus) -> CheckedReply:
        """The claims that did not end so."""
        return self.only(lambda claim: claim.status != status)

    def followed_by(self, claims: Sequence[DraftClaim]) -> CheckedReply:
        """The same with more claims, each on a line of its own."""
        if not claims:
            return self
        gaps = (*self.gaps[:-1], _NEW_LINE) if self.gaps else ()
        return replace(self, claims=(*self.claims, *claims), gaps=(*gaps, *(_NEW_LINE,) * len(claims)))


def says_refusal(reply: str) -> bool:
    """Whether a model's reply is empty or the refusal sentence, in either language, however it is punctuated."""
    plain = text.words(reply)
    return not plain or plain in [text.words(refusal_sentence("ar")), text.words(refusal_sentence("en"))]


def unsaid_quotes(claims: Sequence[DraftClaim], conflicts: Sequence[DraftConflict]) -> list[DraftClaim]:
    """A quote for each value of a conflict that no claim stands on: an answer gives every value, with its source."""
    cited = {evidence.key for claim in claims for evidence in claim.evidence}
    quotes = []
    for conflict in conflicts:
        for _, evidence in conflict.values:
            if cited.isdisjoint(item.key for item in evidence):
                first = evidence[0]
                quotes.append(DraftClaim(first.sentence.text, (first,), "supported", QUOTED))
                cited.add(first.key)
    return quotes


def unsaid_values(
    claims: Sequence[DraftClaim], conflicts: Sequence[DraftConflict], language: Language
) -> list[DraftClaim]:
    """The same in the answer's own language, whatever that of the sources: the value alone, as it is printed there."""
    return [
        replace(quote, text=_VALUE_TOLD[language].format(value=value))
        for conflict in conflicts
        for value, evidence in conflict.values
        for quote in unsaid_quotes(claims, [replace(conflict, values=((value, evidence),))])
    ]


def in_own_words(
    question: str, quotes: Sequence[DraftClaim], said: CheckedReply, *, language: Language, embedder: Embedder
) -> DraftClaim | None:
    """What answers in the other language, told in `language` as what it is: a quotation of its part that is nearest to
    the question. After what is `said` it stays short enough for the whole to be in the reader's language; None where
    that leaves no room."""
    told = (_OWN_WORDS if said.claims else _OWN_WORDS_ALONE)[language]
    other: Language = "en" if language == "ar" else "ar"
    whole = " ".join([*(claim.text for claim in said.claims), told.format(part="")])
    room = text.letters(whole, language) - text.letters(whole, other) - 1
    part = part_that_answers(question, quotes, letters=room, embedder=embedder)
    if part is None:
        return None
    return DraftClaim(told.format(part=part.text), (part.evidence,), "supported", QUOTED)


# The quotation is isolated (FSI … PDI): its last full stop stays at its own end.
_OWN_WORDS: dict[Language, str] = {
    "ar": "والمقطع الأقرب إلى الجواب مكتوب بالإنجليزية، وهذا نصه كما ورد فيه: “\u2068{part}\u2069”",
    "en": "The passage that comes nearest to an answer is in Arabic, and these are its own words: «\u2068{part}\u2069»",
}
_OWN_WORDS_ALONE: dict[Language, str] = {
    "ar": "لم تُصغ بالعربية جملة تسندها الوثائق، والمقطع الأقرب إلى الجواب مكتوب بالإنجليزية، "
    "وهذا نصه كما ورد فيه: “\u2068{part}\u2069”",
    "en": "No sentence in English could be checked against the documents. The passage that comes nearest to an answer "
    "is in Arabic, and these are its own words: «\u2068{part}\u2069»",
}

_VALUE_TOLD: dict[Language, str] = {
    "ar": "ويذكر مصدر آخر: {value}.",
    "en": "Another source says: {value}.",
}

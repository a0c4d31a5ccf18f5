"""Does one claim stand in one piece of a source? Facts first (numbers, units, dates, names, denials), then meaning.

What an embedding cannot see, a changed number or name or a "not", is checked apart and decides alone. The embedder
compares the claim with the sentence, in either language; words are compared by their stems within a language, and by
their consonants across languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.cite.facts import (
    Piece,
    counts_other,
    exchanged,
    may_contradict,
    misquoted,
    missing_name,
    missing_numbers,
    missing_own,
    seen_across,
    share,
    unanswered,
    untold,
)
from rag.cite.reading import Reading
from rag.schema import ClaimStatus, DraftClaim, Language


@dataclass(frozen=True, slots=True)
class Scale:
    """How strength is reckoned and read: cosine + word_weight × share of the claim's words that the sentence has
    + token_weight × likeness of its tokens to theirs. For a terse claim, judged with its question, own_weight × its own
    words' share counts too, from `own_expected` on: what a source that answers has of them."""

    word_weight: float
    own_weight: float
    own_expected: float
    supported: float
    weak: float
    token_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a claim and a sentence are: the cosine of their vectors and, where they were compared so, the mean
    likeness of the claim's tokens to their nearest in the sentence."""

    cosine: float
    tokens: float | None = None


# Measured on the XQuAD development questions with the bundled model (benchmarks/answers.py), a claim being a question
# and its answer, against its gold sentence and against the other sentences of the same paragraph (Arabic, English):
# 59 % and 61 % of the gold sentences are "supported" and 90 % and 89 % at least "weak"; of the others 1.4 % and 1.6 %,
# 12 % and 10 %. The answer alone, judged with its question: 73 % and 77 %, 95 % and 94 %; of the
# others 1.0 % and 1.1 %.
SAME_LANGUAGE = Scale(word_weight=0.2, own_weight=0.1, own_expected=0.95, supported=0.98, weak=0.92)

# As above across languages (Arabic claim, English claim): of questions with answers 40 % and 45 % are "supported" and
# 71 % and 74 % at least "weak", of other sentences at most .9 % and 9 %; of answers alone 36 % and 40 %, 73 % and
# 80 %, of other sentences at most 1.5 % and 10 %. Of whole sentences with a number 77 % and 52 % are "supported" by
# their translations. More weight for words (.2 to .3) finds more answers alone and fewer of the others.
ACROSS_TOKENS = Scale(
    word_weight=0.1, own_weight=0.05, own_expected=0.4, supported=1.11, weak=1.05, token_weight=0.6
)

# The same where a model has no tokens to compare: of questions with answers 30 % and 40 % are "supported" and 71 % and
# 74 % at least "weak", of other sentences at most 1.7 % and 13 %; of answers alone 35 % and 44 %, 65 % and 70 %, of
# other sentences at most 3.3 % and 12 %.
ACROSS_LANGUAGES = Scale(word_weight=0.1, own_weight=0.05, own_expected=0.4, supported=0.85, weak=0.82)

# "two" is a dual and "three" may be an adjective (الثلاث) in Arabic, so that a small number may be there and not be
# seen across languages: where the sentence has no other number in its place, the claim is weak, not wrong.
_OFTEN_INFLECTED = 12

# A number and a word or two are near to any sentence that has them.
_SAYS_NOTHING_ALONE = 3

_REASONS: dict[str, dict[Language, str]] = {
    "same": {"en": "the source says the same", "ar": "المصدر يقول الشيء نفسه"},
    "close": {"en": "the source says something close", "ar": "المصدر يقول شيئًا قريبًا"},
    "nothing": {"en": "no shown sentence says this", "ar": "لا جملة من المصادر المعروضة تقول هذا"},
    "unshown": {"en": "no source was shown", "ar": "لم يُعرض أي مصدر"},
    "number": {"en": "the source does not say {what}", "ar": "المصدر لا يذكر {what}"},
    "unit": {"en": "the source counts something else with {what}", "ar": "العدد {what} في المصدر لشيء آخر"},
    "order": {"en": "the source does not name that place in the order", "ar": "المصدر لا يذكر هذا الترتيب"},
    "date": {"en": "the source does not name that month or day", "ar": "المصدر لا يذكر هذا الشهر أو اليوم"},
    "name": {"en": "the source does not name {what}", "ar": "المصدر لا يذكر {what}"},
    "echo": {
        "en": "this says no more than the question",
        "ar": "لا تقول هذه الجملة أكثر مما في السؤال",
    },
    "words": {"en": "the source does not say “{what}”", "ar": "المصدر لا يقول «{what}»"},
    "judge": {
        "en": "{what} finds that the source does not carry this",
        "ar": "يرى {what} أن المصدر لا يسند هذا",
    },
    "denial": {
        "en": "the claim and the source disagree on a “not”",
        "ar": "تنفي الجملة ما يثبته المصدر أو تثبت ما ينفيه",
    },
}
RANK: dict[ClaimStatus, int] = {"unsupported": 0, "weak": 1, "supported": 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judging gave. `strength` orders verdicts of one claim."""

    status: ClaimStatus
    reason: str
    strength: float

    @property
    def rank(self) -> tuple[int, float]:
        """Better verdicts have a higher rank."""
        return RANK[self.status], self.strength


def reason(key: str, language: Language, what: str = "") -> str:
    """A sentence for the reader."""
    return _REASONS[key][language].format(what=what)


def lowered(claim: DraftClaim, judge_name: str, language: Language) -> DraftClaim:
    """A claim by one step, since another judge finds that its sources do not carry it."""
    said = reason("judge", language, judge_name)
    if claim.status == "supported":
        return replace(claim, status="weak", reason=said)
    return replace(claim, status="unsupported", reason=said, evidence=())


def judge(claim: Reading, piece: Piece, likeness: Likeness, *, asked: Reading | None = None) -> Verdict:
    """The verdict on a claim. With `asked`, the question and the claim together, `likeness` is theirs, and the claim is
    a terse answer whose own words must stand in the source."""
    source, language = piece.reading, claim.language
    whole = asked or claim
    same_language = whole.language == source.language
    scale = _scale(likeness, same_language=same_language)
    strength = likeness.cosine + scale.word_weight * share(whole, source, unknown=0.0)
    strength += scale.token_weight * (likeness.tokens or 0.0)
    if asked:
        own = share(claim, source, unknown=1.0 if claim.statement.numbers else scale.own_expected)
        strength += scale.own_weight * (own - scale.own_expected)

    def verdict(status: ClaimStatus, key: str, what: str = "") -> Verdict:
        return Verdict(status, reason(key, language, what), strength)

    if wrong := missing_numbers(claim, source):
        what = ", ".join(f"{number:.12g}" for number in sorted(wrong))
        may_be_inflected = (
            not same_language
            and max(wrong) <= _OFTEN_INFLECTED
            and source.statement.numbers <= claim.statement.numbers
        )
        return verdict(
            "weak" if may_be_inflected and strength >= scale.supported else "unsupported", "number", what
        )
    if strength < scale.weak:
        return verdict("unsupported", "nothing")
    if same_language and claim.denials.contradict(source.denials):
        return verdict("unsupported", "denial")
    if claim.dates - piece.around.dates and source.dates:
        return verdict("unsupported", "date")
    if asked and (missing := missing_own(claim, piece)):
        return verdict("unsupported", "words", missing)
    doubt = next(_doubts(claim, piece, asked), None)
    if doubt:
        return verdict("weak", *doubt)
    if strength >= scale.supported:
        return verdict("supported", "same")
    return verdict("weak", "close")


def _scale(likeness: Likeness, *, same_language: bool) -> Scale:
    if same_language:
        return SAME_LANGUAGE
    return ACROSS_LANGUAGES if likeness.tokens is None else ACROSS_TOKENS


def judge_answer(
    claim: Reading, piece: Piece, likeness: Likeness, asked: Reading | None, asked_likeness: Likeness
) -> Verdict:
    """What a claim gives: where it is terse, together with its question (`asked`), or alone if that is better and it
    says enough to be judged alone."""
    if asked is None:
        return judge(claim, piece, likeness)
    verdict = judge(claim, piece, asked_likeness, asked=asked)
    if len(claim.statement.stems) <= _SAYS_NOTHING_ALONE:
        return verdict
    return max(verdict, judge(claim, piece, likeness), key=lambda one: one.rank)


def _doubts(claim: Reading, piece: Piece, asked: Reading | None) -> Iterator[tuple[str, str]]:
    """Why a claim that is near enough may still not stand there: (reason, what it is about), the gravest first."""
    source, around = piece.reading, piece.around
    if counted := counts_other(claim, piece, asked):
        yield "unit", f"{counted.value:.12g}"
    if claim.dates - around.dates:
        yield "date", ""
    if claim.ordinals - around.ordinals - around.statement.numbers:
        yield "order", ""
    if name := missing_name(claim, around):
        yield "name", name
    if quoted := misquoted(claim, piece):
        yield "words", quoted
    if may_contradict(claim, source):
        yield "denial", ""
    own_words = asked is None and claim.language == source.language
    if own_words and (other := exchanged(claim, piece) or untold(claim, source)):
        yield "words", other
    if asked and claim.language != source.language and not seen_across(claim, source):
        yield "close", ""
    if asked and unanswered(asked, claim, piece):
        yield "close", ""

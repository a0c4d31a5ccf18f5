"""What an English question leaves open, so that it only makes sense after another one.

There is no parser here, only the grammar that word lists and word order can carry: a pronoun is open unless the
question itself names, early enough, what it may stand for; and a question without a predicate is open.
In doubt a question stands alone: a rewrite that was not needed does more harm than one that is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.conversation.words import word_set
from rag.text.places import places
from rag.text.stop_words import ENGLISH_STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*|[,;:]")
# "what's", "they're": two words, of which the second is a verb.
_CONTRACTION = re.compile(
    r"\b(it|that|he|she|there|what|who|where|when|why|how|they|we|you)['’](?:s|re|ve|ll|d)\b", re.I
)

QUESTION_WORDS = word_set("who whom whose what which when where why how")
AUXILIARIES = word_set(
    """
    is are was were be been being am do does did has have had can could will would shall should may might
    must
    """
)
PREPOSITIONS = word_set(
    """
    in at on for from with to about of by into against during after before since near between under over
    without within than as per like toward towards
    """
)
_COPULAS = frozenset({"is", "are", "was", "were"})
_ARTICLES = frozenset({"the", "a", "an"})
_DO_SUPPORT = word_set("do does did will can could should would may")
_QUANTIFIERS = word_set("which what many much every each any all some no other")
_CLAUSE_STARTS = word_set(
    """
    and but or nor if when while because although though whereas since until unless that who whom which
    whose where so then after before , ; :
    """
)
_CONTINUERS = word_set("and but or so also then plus ok okay well")

_SUBJECT_PRONOUNS = frozenset({"he", "she", "they", "it"})
_OBJECT_PRONOUNS = frozenset({"him", "them", "it"})
_POSSESSIVES = frozenset({"his", "her", "hers", "its", "their", "theirs"})
# "that meeting", "these fighters" point back, "this year" and "these documents" do not.
_PRESENT = word_set(
    """
    year month week day days season morning evening decade century time document documents file files
    library text texts corpus collection persons people
    """
)
_WHO_THEY_ARE = word_set("who whose whom that with in from of living killed")
_POINTS_BACK = re.compile(
    r"\bthe same\b(?! \w+ as\b)|\bthen\W*$|\b(?:ones?|latter)\W*$|\b(?:latter|former) (?:say|do)\b", re.I
)
# "Is it true that", "how long does it take to", "what time is it", "how long have they been at it": "it" is nothing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|be|isn't|wasn't) it (?:\w+ ){1,2}(?:to|that|for|if)\b"
    r"|\bit (?:is|was) (?:\w+ ){1,2}(?:to|that|for|if)\b"
    r"|\bit (?:takes?|took|costs?) (?:\w+ ){0,4}(?:to|for)\b|\bwhat time is it\b|\bbeen at it\b",
    re.I,
)
_TO_THE_ASSISTANT = re.compile(
    r"^\W*(?:who|what|how) (?:are|can|could|do) you\b"
    r"|^\W*(?:can|do|are) you\b(?! (?:tell|explain|say|give|elaborate|clarify))",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|then|also|well)\W+)*(?:what|how) about\s+(?P<what>.+?)\W*$", re.I
)

# Words that say nothing of what is asked about.
_EMPTY_WORDS = word_set(
    """
    tell please explain elaborate detail details example examples continue more clarify mean exactly briefly
    further information info else too instead okay ok yes no sure really thing things give go again
    summarise summarize one ones latter well plus about many much
    """
)
# "What is the reason?": the reason of something that was said before. Nor is such a word what "it" stands for.
_RELATIONAL = word_set(
    """
    reason reasons result results cause causes outcome outcomes goal goals aim purpose date place venue cost
    price number total name names capital population president leader effect effects consequence
    consequences impact difference role source sources others other
    """
)
_MAX_FRAGMENT_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    name: bool

    @property
    def content(self) -> bool:
        """Whether it says what the question is about."""
        if self.name:
            return True
        return self.word[0].isalnum() and not (
            self.word in ENGLISH_STOP_WORDS
            or self.word in _EMPTY_WORDS
            or self.word in AUXILIARIES
            or self.word in PREPOSITIONS
            or self.word.endswith(("n't", "n’t"))
        )

    @property
    def verbal(self) -> bool:
        """Whether it is an auxiliary verb."""
        return self.word in AUXILIARIES or self.word.endswith(("n't", "n’t"))


def stands_alone_in_english(question: str) -> bool:
    """Whether `question` says by itself what it asks about."""
    if _TO_THE_ASSISTANT.search(question):
        return True
    if _WHAT_ABOUT.match(question):
        return False
    tokens = _tokens(question)
    if not tokens:
        return True
    plain = " ".join(token.word for token in tokens)
    return not (
        _POINTS_BACK.search(plain) or _is_elliptic(tokens, question) or _has_open_pronoun(tokens, plain)
    )


def asked_about(question: str) -> str:
    """The X of "what about X?", and of a question that is nothing else ("and in Syria?"); else empty."""
    if match := _WHAT_ABOUT.match(question):
        return match["what"]
    if not is_fragment(question):
        return ""
    words = question.strip().rstrip("?!. ").split()
    while len(words) > 1 and words[0].lower().strip(",") in _CONTINUERS:
        del words[0]
    return " ".join(words)


def is_fragment(question: str) -> bool:
    """Whether it is no sentence: "and in Syria?", "Canada?"."""
    tokens = _tokens(question)
    if any(token.word in QUESTION_WORDS or token.verbal for token in tokens):
        return False
    words = [token for token in tokens if token.word[0].isalnum()]
    content = [token for token in words if token.content]
    if not 0 < len(content) <= _MAX_FRAGMENT_WORDS:
        return False
    asks = question.rstrip().endswith("?")
    return words[0].word in _CONTINUERS or (
        asks and (words[0].word in PREPOSITIONS or (len(words) == 1 and words[0].name))
    )


def _tokens(question: str) -> list[_Token]:
    expanded = _CONTRACTION.sub(r"\1 is", question)
    if expanded.isupper():
        expanded = expanded.lower()
    found = []
    for position, match in enumerate(_WORD.finditer(expanded)):
        printed = match.group().removesuffix("'s").removesuffix("’s")
        word = printed.lower()
        named = any(character.isdigit() for character in word) or (
            word not in ENGLISH_STOP_WORDS
            and (
                (printed[:1].isupper() and position > 0)
                or (printed.isupper() and len(printed) > 1)
                or bool(places(word))
            )
        )
        found.append(_Token(word, named))
    return found


def _is_elliptic(tokens: list[_Token], question: str) -> bool:
    """Whether there is nothing, or no predicate, to search for."""
    content = [token for token in tokens if token.content]
    if not content or is_fragment(question):
        return True
    first = tokens[1 if tokens[0].word in _CONTINUERS and len(tokens) > 1 else 0]
    verbal = any(token.verbal for token in tokens)
    if first.word == "why" and not verbal and len(content) <= _MAX_FRAGMENT_WORDS:
        return True
    if len(content) > 1:
        return False
    asks = question.rstrip().endswith("?") or any(token.word in QUESTION_WORDS for token in tokens)
    (only,) = content
    if only.name:
        return first.verbal or (asks and not verbal and first.word in QUESTION_WORDS | {"in", "at", "for"})
    if only.word in _RELATIONAL:
        return asks
    return (
        asks and not any(token.word in _COPULAS for token in tokens) and not (verbal and first.word == "what")
    )


def _has_open_pronoun(tokens: list[_Token], plain: str) -> bool:
    words = [token.word for token in tokens] + [""]
    empty_it = _EMPTY_IT.search(plain) is not None
    for i, word in enumerate(words[:-1]):
        named = _antecedents(tokens, i)
        following = words[i + 1]
        previous = words[i - 1] if i else ""
        if word == "it" and empty_it:
            continue
        if word in _POSSESSIVES and (word != "her" or (following and tokens[i + 1].content)):
            is_open = not named
        elif word in _SUBJECT_PRONOUNS | _OBJECT_PRONOUNS | {"her"}:
            is_open = not _in_an_earlier_clause(named, tokens, i)
        elif word == "there":
            is_open = not {previous, following} & (_COPULAS | {"be", "been", "has", "have"}) and not any(
                tokens[j].name and words[j - 1] in PREPOSITIONS for j in range(1, i)
            )
        elif word in {"this", "these", "those", "that"}:
            is_open = _points_back(tokens, i, named)
        else:
            continue
        if is_open:
            return True
    return False


def _points_back(tokens: list[_Token], i: int, named: list[int]) -> bool:
    """Whether the "this", "these", "those" or "that" at `i` points at something said before."""
    words = [token.word for token in tokens] + [""]
    word, following = words[i], words[i + 1]
    if word in {"this", "these"}:
        return following not in _PRESENT
    if word == "those":
        return following not in _WHO_THEY_ARE
    previous = words[i - 1] if i else ""
    if not following or not previous or previous in PREPOSITIONS or (i and tokens[i - 1].verbal):
        return True
    # "Who chaired that meeting?", but not "the minister that resigned" nor "Who said that Daesh lost?".
    rest = tokens[i + 1 :]
    return not named and len(rest) <= 2 and all(token.content and not token.name for token in rest)


def _antecedents(tokens: list[_Token], before: int) -> list[int]:
    """Positions before `before` of what a pronoun there may stand for: names, and words that a noun must be."""
    found = []
    for j, token in enumerate(tokens[:before]):
        previous = tokens[j - 1] if j else _Token("", False)
        noun = (
            token.content
            and token.word not in _RELATIONAL
            and (previous.word in _ARTICLES | _QUANTIFIERS | _DO_SUPPORT | PREPOSITIONS)
        )
        if token.name or noun:
            found.append(j)
    return found


def _in_an_earlier_clause(named: list[int], tokens: list[_Token], i: int) -> bool:
    """Whether one of `named` stands in a clause before that of the pronoun at `i`: within its own clause a pronoun
    cannot mean another part of it ("Which minister chaired it?")."""
    after = tokens[i + 1] if i + 1 < len(tokens) else _Token("", False)
    if i and tokens[i].word in _SUBJECT_PRONOUNS and tokens[i - 1].content and after.verbal:
        return bool(named)  # "did Blinken say he would": the pronoun opens a clause of its own
    starts = [k for k in range(1, i) if tokens[k].word in _CLAUSE_STARTS]
    return any(j < k for j in named for k in starts)

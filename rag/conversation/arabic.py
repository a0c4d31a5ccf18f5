"""What an Arabic question leaves open, so that it only makes sense after another one.

Written Arabic has no capitals and attaches its pronouns: a final ه is the pronoun of «ترأسه» and the careless spelling
of «مدينة». What stands around the word decides, and in doubt a question stands alone: a rewrite that was not needed
does more harm than one that is missing.
"""

from __future__ import annotations

import re

from rag.conversation.arabic_words import (
    ALONE_WITH_A_NOUN,
    ASKS_OF_IT,
    CLAUSE_STARTS,
    EXISTS,
    HAS,
    NO_PRONOUN,
    NOUN_FOLLOWS,
    PARTITIVE,
    PLURALS,
    POINTERS,
    PREPOSITIONS,
    PRESENT,
    QUESTION_WORDS,
    RELATIONAL,
    RELATIVES,
    SUBJECT_PRONOUNS,
    Token,
    read_tokens,
    without_article,
)
from rag.text.places import places

# A preposition with a pronoun: عنه, فيها, إليهم.
_PREPOSITION_WITH_PRONOUN = re.compile(
    "(?:من|عن|في|علي|الي|ل|ب|مع|بين|لدي|عند|حول|ضد|قبل|بعد|خلال|فوق|تحت|امام|خلف|وراء|نحو|اثناء|بسبب|بشان)"
    "(?P<pronoun>ه|ها|هم|هما|هن)"
)
_PRONOUN = re.compile("(?P<stem>.{2,})(?P<pronoun>ها|هم|هما|هن|ه)")
_TO_THE_ASSISTANT = re.compile(
    r"^[وف]?(?:من|ما|ماذا|هل|كيف|بماذا|شو|مين) (?:انت|اسمك|حالك|عملك|وظيفتك"
    r"|(?:تستطيع|يمكنك|بامكانك|تقدر)(?! (?:ان )?(?:(?:ال)?توضيح|(?:ال)?شرح|توضح|تشرح)))"
)
_ABOUT = re.compile(
    r"(?:(?:طيب|حسنا|اذن|لكن|ولكن|اوكي) )*(?:[وف]?بالنسبه ل(?=\w)"
    r"|[وف]?(?:ماذا عن|ماذا بشان|ما بال|ما شان|كيف عن|شو عن|ايش عن|وش عن|بالنسبه الي)\b\s*)"
)
_WITH_WAW = frozenset({"واشنطن", "وارسو"})
_MAX_FRAGMENT_WORDS = 3
# A past verb of three or four letters: «من حضر؟», «متى عُقد؟».
_MAX_BARE_VERB = 4


def stands_alone_in_arabic(question: str) -> bool:
    """Whether `question` says by itself what it asks about."""
    tokens = read_tokens(question)
    plain = " ".join(token.word for token in tokens if token.word[0].isalnum())
    if not plain or _TO_THE_ASSISTANT.match(plain):
        return True
    if asked_about(question):
        return False
    return not (_is_elliptic(tokens, question) or _points_back(tokens) or _has_open_pronoun(tokens))


def asked_about(question: str) -> str:
    """The X of «وماذا عن X؟» as it is printed, and of a question that is nothing else («وكندا؟»); else empty."""
    tokens = [token for token in read_tokens(question) if token.word[0].isalnum()]
    plain = " ".join(token.word for token in tokens)
    if match := _ABOUT.match(plain):
        rest = plain[match.end() :].split()
        if not rest:
            return ""
        kept = tokens[-len(rest) :]
        # «بالنسبة لكندا»: the ل is no part of the name. Normalising kept the number of its letters.
        return " ".join([kept[0].raw[-len(rest[0]) :], *(token.raw for token in kept[1:])])
    if not is_fragment(question):
        return ""
    first = tokens[0]
    bare = first.raw.removeprefix("و") if first.bare != first.word or _is_joined(first.word) else first.raw
    return " ".join([bare, *(token.raw for token in tokens[1:])])


def is_fragment(question: str) -> bool:
    """Whether it is no sentence: «وفي سوريا؟», «وكندا؟», «كندا؟»."""
    words = [token for token in read_tokens(question) if token.word[0].isalnum()]
    content = [token for token in words if token.content]
    if (
        any(token.bare in QUESTION_WORDS - {"من"} for token in words)
        or not 0 < len(content) <= _MAX_FRAGMENT_WORDS
    ):
        return False
    if not question.rstrip().endswith(("؟", "?")):
        return False
    first = words[0]
    if first.bare in PREPOSITIONS and first.word.startswith("و"):
        return True
    if first.bare in PREPOSITIONS or first.word in {"لكن", "ولكن"}:
        return len(words) <= _MAX_FRAGMENT_WORDS
    return (len(words) == 1 and first.name) or (_is_joined(first.word) and len(words) <= _MAX_FRAGMENT_WORDS)


def _is_joined(word: str) -> bool:
    """Whether a word is surely و and another: «وكندا», «والمدنيون»; «واشنطن» and «وزير» are not."""
    rest = word.removeprefix("و")
    if rest == word or word in _WITH_WAW:
        return False
    return without_article(rest) != rest or bool(places(rest))


def _is_elliptic(tokens: list[Token], question: str) -> bool:
    """Whether there is nothing, or no predicate, to search for."""
    words = [token for token in tokens if token.word[0].isalnum()]
    content = [token for token in words if token.content]
    if not content or is_fragment(question):
        return True
    if len(content) > 1:
        return False
    (only,) = content
    asked = [token.bare for token in words if token.bare in QUESTION_WORDS]
    if not asked or only.name:
        return (
            only.name
            and bool(asked)
            and asked[0] in {"لماذا", "ليش", "ليه"}
            and len(words) <= _MAX_FRAGMENT_WORDS
        )
    if only.definite:
        return without_article(only.word) in RELATIONAL
    if asked[0] in ALONE_WITH_A_NOUN or words[-1] is not only:
        return asked[0] in ALONE_WITH_A_NOUN
    copular = any(token.word in SUBJECT_PRONOUNS for token in words) or asked[0] in {"ما", "شو", "ايش", "وش"}
    return not copular and len(only.word) <= _MAX_BARE_VERB


def _points_back(tokens: list[Token]) -> bool:
    """«متى حدث ذلك؟», «من ترأس هذا الاجتماع؟», «كم عدد سكانها هناك؟», «من هو؟»."""
    words = [token.word for token in tokens] + [""]
    for i, token in enumerate(tokens):
        bare, following, previous = token.bare, words[i + 1], words[i - 1] if i else ""
        if bare in POINTERS and following not in PRESENT and not (bare == "ذلك" and previous in {"في", "مع"}):
            return True
        if bare in {"هناك", "هنالك"} and i and not following:
            return True
        if bare in SUBJECT_PRONOUNS and previous.removeprefix("و") in (
            ASKS_OF_IT if following else QUESTION_WORDS
        ):
            return True
    return False


def _has_open_pronoun(tokens: list[Token]) -> bool:
    careless = any(
        token.definite and token.raw.endswith("ه") and token.word not in NO_PRONOUN for token in tokens
    )
    careful = any("ة" in token.raw for token in tokens)
    nouns = [j for j in range(len(tokens)) if _is_noun(tokens, j)]
    for i, token in enumerate(tokens):
        before = [j for j in nouns if j < i]
        bare = token.bare
        if token.raw.endswith("ة") or any(one.word in RELATIVES for one in tokens[:i]):
            continue  # «المبلغ الذي أُعلن عنه»: the pronoun is the amount
        if match := _PREPOSITION_WITH_PRONOUN.fullmatch(bare):
            if not _bound(tokens, before, match["pronoun"], i, clause=not _introduces(tokens, i)):
                return True
            continue
        match = _PRONOUN.fullmatch(token.word)
        if not match or not token.content or token.definite or token.name:
            continue
        if {token.word, token.word.removeprefix("و")} & NO_PRONOUN:
            continue
        pronoun, stem = match["pronoun"], match["stem"]
        if pronoun == "ه" and not stem.endswith("ت"):
            # Perhaps a careless ة: after "how many" and "which" it is, and so it is in the middle of a phrase.
            previous = tokens[i - 1].bare if i else ""
            after = tokens[i + 1] if i + 1 < len(tokens) else None
            if previous in ALONE_WITH_A_NOUN or careless or (after is not None and after.content):
                continue
            if not careful and [j for j in nouns if j != i]:
                continue
        if not _bound(tokens, before, pronoun, i, clause=False):
            return True
    return False


def _introduces(tokens: list[Token], i: int) -> bool:
    """Whether the preposition with a pronoun at `i` says of a noun before it, within the same clause, what it has or
    where it is: «صيد العصافير له أضرار», «من لديه الرقم القياسي», «هل توجد جوائز فاز بها»."""
    return (
        (tokens[i].word in HAS and bool(i) and (tokens[i - 1].content or tokens[0].bare == "من"))
        or tokens[i].word in PARTITIVE
        or any(one.bare in EXISTS for one in tokens[:i])
    )


def _is_noun(tokens: list[Token], j: int) -> bool:
    """Whether the word at `j` must be a noun: it has the article, is a known name, or follows what only nouns do."""
    token = tokens[j]
    if not token.content or without_article(token.word) in RELATIONAL:
        return False
    previous = tokens[j - 1] if j else None
    return (
        token.definite
        or token.name
        or (
            previous is not None
            and (
                (previous.bare in NOUN_FOLLOWS and not (j == 1 and previous.bare == "من")) or previous.content
            )
        )
    )


def _bound(tokens: list[Token], nouns: list[int], pronoun: str, i: int, *, clause: bool) -> bool:
    """Whether one of `nouns` may be what `pronoun` at `i` stands for. With `clause` it must stand in an earlier one:
    «ما دور كندا فيه؟» does not mean Canada, «المدينة التي عُقد فيها» means the city."""
    if tokens[i].word in HAS and tokens[0].bare == "من" and i > 0:
        return True
    starts = [
        k
        for k in range(1, i)
        if tokens[k].bare in CLAUSE_STARTS or (tokens[k].bare in QUESTION_WORDS - {"من"})
    ]
    for j in nouns:
        if not _agrees(tokens[j], pronoun):
            continue
        counted = j and tokens[j - 1].bare in ALONE_WITH_A_NOUN
        if not clause or counted or any(j < k for k in starts):
            return True
    return False


def _agrees(noun: Token, pronoun: str) -> bool:
    feminine = noun.word.endswith(("ه", "ات")) and not noun.raw.endswith("ته")
    if pronoun == "ه":
        return not feminine and without_article(noun.word) not in PLURALS
    return True

"""A follow-up made to stand alone without a model: it carries the subject of the question before it.

"What about X?" puts X into the place of that question where a word of its kind stands: after the same preposition,
the number, the place, the name. Anything else has that question's words put behind it, in parentheses, so that what
is asked and what it is asked about stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import text
from rag.conversation import arabic, english
from rag.conversation.arabic_words import ALONE_WITH_A_NOUN, PREPOSITIONS, QUESTION_WORDS, without_article
from rag.text.normalising import ARABIC_LETTERS, normalise
from rag.text.places import places

_ARABIC = re.compile(f"[{ARABIC_LETTERS}]")
_PREPOSITIONS = english.PREPOSITIONS | PREPOSITIONS
_QUESTION_WORDS = english.QUESTION_WORDS | QUESTION_WORDS
_NOT_ASKED = _QUESTION_WORDS | english.AUXILIARIES | {"هو", "هي", "هم", "and", "so", "but", "many", "much"}
_CONJUNCTIONS = ("و", "ف")
_CLITICS = "وبلكف"
# More of an earlier question than this would outweigh the one that is asked.
_MAX_CONTEXT_WORDS = 30


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question, without the punctuation around it: `question[start:end]`."""

    start: int
    end: int
    printed: str
    plain: str


def stands_alone(question: str) -> bool:
    """Whether `question` says by itself what it asks about, without another question before it."""
    if _ARABIC.search(question):
        return arabic.stands_alone_in_arabic(question)
    return english.stands_alone_in_english(question)


def topic(questions: Sequence[str]) -> str:
    """What a conversation of these questions is about: the last that stood alone, with every X put into it that was
    asked about since ("what about X?"). Empty where there are no questions."""
    about = ""
    for question in questions:
        alone = not about or stands_alone(question)
        about = question if alone else replace_subject(question, about) or about
    return about


def replace_subject(question: str, about: str) -> str:
    """The question `about` with the X of a `question` like "what about X?" in the place of its own; empty where it
    has no word of that kind."""
    what = _asked_about(question)
    return _replace_slot(about, what) if what else ""


def carry_subject(question: str, about: str) -> str:
    """The dependent `question` with the words of the question `about` behind it, in the language of `question`: for
    where `replace_subject` finds no place for it."""
    if text.language(about) != text.language(question):
        # Its words would make the question one of the other language; its names are found in both.
        words = _words(about)
        named = sorted({*_numbers(words), *_places(words), *_names(words)})
        return _append(question, [word for start, end in named for word in words[start:end]])
    return _append(question, _words(about) if _asked_about(question) else _informative(about))


def _asked_about(question: str) -> str:
    return arabic.asked_about(question) if _ARABIC.search(question) else english.asked_about(question)


def _append(question: str, context: Sequence[_Word]) -> str:
    """`question` with the words behind it, as many as leave it in its own language."""
    bare = question.strip().rstrip("?؟!. ")
    mark = "؟" if _ARABIC.search(bare) else "?"
    language = text.language(bare)
    for count in range(min(len(context), _MAX_CONTEXT_WORDS), 0, -1):
        complete = f"{bare} ({' '.join(word.printed for word in context[:count])}){mark}"
        if text.language(complete, default=language) == language:
            return complete
    return question


def _informative(question: str) -> list[_Word]:
    """The words of a question without those that ask."""
    words = _words(question)
    while words and _bare(words[0].plain) in _NOT_ASKED:
        words = words[1:]
    return words


def _words(question: str) -> list[_Word]:
    found = []
    for match in re.finditer(r"\S+", question):
        printed = match.group().strip("?؟!.,،;؛:\"'«»()[]“”")
        if printed:
            start = match.start() + match.group().index(printed)
            found.append(_Word(start, start + len(printed), printed, normalise(printed)))
    return found


def _bare(plain: str) -> str:
    """A normalised word without the conjunction that is written to it, where a question word or preposition is left."""
    for conjunction in _CONJUNCTIONS:
        rest = plain.removeprefix(conjunction)
        if rest != plain and rest in _QUESTION_WORDS | _PREPOSITIONS:
            return rest
    return plain


def _replace_slot(question: str, what: str) -> str:
    """`question` with `what` in the place of a word of its kind; empty where there is none."""
    words, new = _words(question), _words(what)
    language = text.language(question)
    if not new or text.language(what, default=language) != language:
        return ""
    if _bare(new[0].plain) in _PREPOSITIONS:
        return _after_preposition(question, words, what, _bare(new[0].plain))
    if new[0].plain == "the":
        new = new[1:]
    for spans, of_this_kind in (
        (_numbers(words), len(new) == 1 and bool(_numbers(new))),
        (_places(words), _places(new)[:1] == [(0, len(new))]),
        (_names(words), _names(new, first=True) == [(0, len(new))]),
    ):
        if of_this_kind and spans:
            start, end = _slot(words, spans)
            prefix = _clitic(words[start]) if end - start == 1 else ""
            shown = what[new[0].start :] if words[max(start - 1, 0)].plain == "the" else what
            return question[: words[start].start] + prefix + shown + question[words[end - 1].end :]
    return ""


def _after_preposition(question: str, words: list[_Word], what: str, preposition: str) -> str:
    """With the phrase `what`, preposition and all, in the place of the last phrase after that preposition."""
    for i in range(len(words) - 2, -1, -1):
        if words[i].plain != preposition:
            continue
        end = i + 1
        while end < len(words) and _bare(words[end].plain) not in _PREPOSITIONS | _NOT_ASKED:
            end += 1
            if question[words[end - 1].end : words[end - 1].end + 1] in {",", "،"}:
                break
        return question[: words[i].start] + what + question[words[end - 1].end :]
    return ""


def _slot(words: list[_Word], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The span that stands in no prepositional phrase ("Egypt" in "Who represented Egypt at the Rome meeting?"), else
    the last."""
    for span in spans:
        if not any(_bare(word.plain) in _PREPOSITIONS for word in words[: span[0]]):
            return span
    return spans[-1]


def _numbers(words: list[_Word]) -> list[tuple[int, int]]:
    return [(i, i + 1) for i, word in enumerate(words) if word.plain.isdecimal()]


def _places(words: list[_Word]) -> list[tuple[int, int]]:
    """Well-known places, the longest reading of each."""
    plain = [word.plain for word in words]
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(words):
        one, both = places(plain[i]), places(" ".join(plain[i : i + 2]))
        second = places(" ".join(plain[i + 1 : i + 2]))
        length = 2 if both - one - second else int(bool(one))
        if length:
            spans.append((i, i + length))
        i += max(length, 1)
    return spans


def _names(words: list[_Word], *, first: bool = False) -> list[tuple[int, int]]:
    """Runs of capitalised words, the first word of a sentence only with `first`. Arabic has no capitals: there it is
    the one word without an article that follows the verb after the question word («ماذا قال بلينكن»), or, with
    `first`, any words without one."""
    if words and _ARABIC.search(words[0].printed):
        if first:
            return (
                [(0, len(words))] if all(without_article(word.plain) == word.plain for word in words) else []
            )
        asks = len(words) > 2 and _bare(words[0].plain) in QUESTION_WORDS - ALONE_WITH_A_NOUN
        subject = (
            asks and without_article(words[2].plain) == words[2].plain and words[2].plain not in _PREPOSITIONS
        )
        return [(2, 3)] if subject and not places(words[2].plain) else []
    spans: list[tuple[int, int]] = []
    for i, word in enumerate(words):
        if not word.printed[0].isupper() or (i == 0 and not first) or places(word.plain):
            continue
        if spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans


def _clitic(word: _Word) -> str:
    """The letter written to a place's name: the ب of «بسوريا»."""
    rest = word.plain[1:]
    return word.printed[0] if word.plain[0] in _CLITICS and rest and places(rest) else ""

"""The numbers a text states, in digits or in words, with where they stand and what they count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.text.fractions import share_at
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS, normalise
from rag.text.number_words import DUAL_NOUNS, NUMBER_WORDS, ORDINALS, UNIT_SYMBOLS, NumberWord
from rag.text.stemming import stem
from rag.text.stop_words import STOP_WORDS


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text. `text[start:end]` is the number as printed, scale words included ("8 ملايين").

    `unit` is the stem of the word it counts, a sign for percent and money ("%", "$"), or empty. It is a
    guess from the next word, good enough to tell 83 states from 83 members.
    """

    value: float
    start: int
    end: int
    unit: str


# One character for one, so that offsets hold.
_ASCII_POINTS = str.maketrans("٬٫", ",.")
_SCALE_AHEAD = r"\s*(?:million|billion|trillion|mn\b|bn\b|ملي|ملا|بليون|تريليون|ألف|الف|آلاف|الاف)"
_FRACTION_SIGNS = "¼½¾⅓⅔⅕⅛"
_TOKEN = re.compile(
    r"(?P<grouped>(?<!\d[.,])\d{1,3}(?:,\d{3})++(?!,?\d)(?:\.\d++(?!\.\d))?)"
    # 1.234.567, and 8.000 or 711.988 before an Arabic noun: the point parts thousands, as many Arabic papers print it.
    # With one digit in front and others behind (3.142 متر) it parts decimals as often, and is read so.
    r"|(?P<pointed>(?<!\d[.,])\d{1,3}(?:(?:\.\d{3}){2,}+(?!\.?\d)"
    rf"|(?:\.000|(?<=\d\d)\.\d{{3}})(?=\s+[{ARABIC_LETTERS}])(?!{_SCALE_AHEAD})))"
    # 3,4 million, 12,5%: a decimal comma, but only where nothing else can be meant.
    rf"|(?P<comma>(?<!\d[.,])\d++,\d{{1,2}}(?=\s*[%٪]|{_SCALE_AHEAD}))"
    # 6½
    rf"|(?P<mixed>\d*+[{_FRACTION_SIGNS}])"
    r"|(?P<plain>(?<!\d\.)\d++\.\d++(?!\.\d)|\d++)"
    rf"|(?P<word>[^\W\d_][^\W\d_{ARABIC_MARKS}]*(?:[{ARABIC_MARKS}]+[^\W\d_{ARABIC_MARKS}]*)*(?:['’][^\W\d_]+)*)"
    r"|(?P<sign>[%٪$£¥\u20a0-\u20cf\ufdfc])"
    r"|(?P<stop>[^\s\w\-\u2010\u2011])"
)

# Prefixes ب ل ف before a number word: "بخمسة" (with five). Not before shorter ones: "لست" is "I am not".
_PREPOSITIONS = "بلف"
_MIN_AFTER_PREPOSITION = 4

_DUAL_CLITICS = frozenset("وفبلك")

# تشرين الثاني is a month.
_FIRST_OF_MONTH_NAMES = frozenset(normalise("تشرين كانون ربيع جمادى").split())

# "twenty-first" is a place in an order.
_AFTER_TENS = frozenset(
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
)

_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th", "s"})
_PARTITIVES = frozenset({"من", "of"})
_PERCENT_PHRASES = frozenset({("per", "cent"), ("في", "المئه"), ("في", "المائه")})


class _Token(NamedTuple):
    kind: Literal["digits", "word", "sign", "stop"]
    text: str
    start: int
    end: int
    value: float = 0.0


class _Lexeme(NamedTuple):
    """A number word among the tokens; `position` is its own, past the "and" that joins it to others."""

    word: NumberWord
    joined: bool
    latin: bool
    position: int


class _State(NamedTuple):
    """A number so far. In 2,350,000 in words, `total` is what scale words closed, `scale` the last of them,
    `group` what the next will multiply. `fixed`: the group is digits or a fraction, which no word adds to.
    """

    total: float = 0.0
    scale: float = 0.0
    group: float = 0.0
    fixed: bool = False


def numbers(text: str) -> list[Number]:
    """The cardinal numbers of `text`, in order, without overlaps.

    Understands thousands separators, scale words ("8 ملايين"), number words ("ثمانية ملايين", "twenty-five"),
    halves ("ثلاث سنوات ونصف", "three and a half"), shares of a whole ("نصف السكان", 0.5, without a unit) and the
    commonest Arabic duals ("عامين", 2). Leaves out signs, ordinals in words, bare "one" and أحد, and round plurals
    ("آلاف", "millions").
    """
    tokens = _tokens(text)
    found: list[Number] = []
    index = 0
    words = [token.text for token in tokens]
    while index < len(tokens):
        value, next_index = _read_number(tokens, index)
        share, behind_share = share_at(words, index)
        if behind_share > next_index:
            found.append(Number(share, tokens[index].start, tokens[behind_share - 1].end, ""))
            index = behind_share
            continue
        if (
            next_index > index
            and tokens[index].text.isalpha()
            and _text_at(tokens, next_index) in _AFTER_TENS
        ):
            index = next_index + 1
            continue
        if next_index > index:
            unit, unit_index = _read_unit(tokens, index, next_index)
        elif (counted := _dual(tokens[index].text)) and not _text_at(tokens, index + 1)[:1].isdecimal():
            value, next_index, unit, unit_index = 2.0, index + 1, stem(counted), index
        else:
            index += 1
            continue
        half = _lexeme(tokens, unit_index + 1)
        if unit and half and half.joined and half.word.kind == "fraction":  # ثلاث سنوات ونصف
            value, next_index = value + half.word.value, half.position + 1
        found.append(Number(value, tokens[index].start, tokens[next_index - 1].end, unit))
        index = next_index
    return found


def ordinals(text: str) -> frozenset[float]:
    """The places in an order that `text` names in words, from the second on: "the nineteenth", «التاسع عشر»."""
    found: set[float] = set()
    words = [token.text for token in _tokens(text)]
    for position, word in enumerate(words):
        value = float(ORDINALS.get(word, 0))
        before, behind = words[max(0, position - 1)], words[position + 1 : position + 2]
        following = NUMBER_WORDS.get("".join(behind).removeprefix("و").removeprefix("ال"))
        if not value or before in _FIRST_OF_MONTH_NAMES:
            continue
        if not word.isascii() and following and following.kind in {"ten", "tens"}:
            value += following.value
        elif word.isascii() and (tens := NUMBER_WORDS.get(before)) and tens.kind == "tens":
            value += tens.value
        if value > 1:
            found.add(value)
    return frozenset(found)


def _dual(word: str) -> str:
    """The singular of a dual, behind a clitic or not; empty for other words."""
    return DUAL_NOUNS.get(word) or (DUAL_NOUNS.get(word[1:], "") if word[:1] in _DUAL_CLITICS else "")


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text.translate(_ASCII_POINTS)):
        kind, printed, start, end = match.lastgroup, match.group(), match.start(), match.end()
        if kind == "word":
            tokens.append(_Token("word", normalise(printed), start, end))
        elif kind == "sign":
            tokens.append(_Token("sign", printed, start, end))
        elif kind == "stop":
            tokens.append(_Token("stop", printed, start, end))
        elif kind == "mixed":
            value = float(printed[:-1] or 0) + unicodedata.numeric(printed[-1])
            tokens.append(_Token("digits", printed, start, end, value))
        else:
            digits = printed.replace(".", "") if kind == "pointed" else printed
            digits = digits.replace(",", "." if kind == "comma" else "")
            tokens.append(_Token("digits", printed, start, end, float(digits)))
    return tokens


def _text_at(tokens: list[_Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _lexeme(tokens: list[_Token], index: int) -> _Lexeme | None:
    """The number word at `index`, past an "and" before it or a clitic on it."""
    joined = _text_at(tokens, index) in {"and", "و"}
    index += joined
    index += _text_at(tokens, index) == "a" and _text_at(tokens, index + 1) in {"half", "quarter"}
    text = _text_at(tokens, index)
    if word := NUMBER_WORDS.get(text):
        return _Lexeme(word, joined, text.isascii(), index)
    clitic, rest = text[:1], text[1:]
    word = NUMBER_WORDS.get(rest)
    if word and (clitic == "و" or (clitic in _PREPOSITIONS and len(rest) >= _MIN_AFTER_PREPOSITION)):
        return _Lexeme(word, joined or clitic == "و", False, index)
    return None


def _read_number(tokens: list[_Token], start: int) -> tuple[float, int]:
    """The value of the longest number at `start` and the index behind it; `start` where there is none."""
    state, index = _first(tokens, start)
    if index == start:
        return 0.0, start
    # "two thousand and three thousand" is two numbers: what "and" added goes back if a scale does not fit.
    before_joined, index_before_joined = state, index
    while True:
        if (further := _digits_of_smaller_scale(tokens, index, state)) is not None:
            state, index = further, index + 3
            continue
        lexeme = _lexeme(tokens, index)
        if lexeme is None:
            break
        grown = _add(state, lexeme)
        if grown is None:
            if not lexeme.joined and lexeme.word.kind in {"scale", "plural scale", "times hundred"}:
                state, index = before_joined, index_before_joined
            break
        if lexeme.joined:
            before_joined, index_before_joined = state, index
        else:
            before_joined, index_before_joined = grown, lexeme.position + 1
        state, index = grown, lexeme.position + 1
        if lexeme.word.kind == "fraction" and state.scale:
            repeated = NUMBER_WORDS.get(_text_at(tokens, index).removeprefix("ال"))
            index += repeated is not None and repeated.value == state.scale  # مليون ونصف المليون
            break
    return state.total + state.group, index


def _first(tokens: list[_Token], index: int) -> tuple[_State, int]:
    """How a number that starts at `index` begins, and the index behind that; unmoved where none does."""
    if tokens[index].kind == "digits":
        return _State(group=tokens[index].value, fixed=True), index + 1
    lexeme = _lexeme(tokens, index)
    if lexeme is None or tokens[index].text in {"and", "و"}:
        return _State(), index
    if lexeme.word.kind == "ten" and _text_at(tokens, index - 1) in ORDINALS:  # القرن التاسع عشر
        return _State(), index
    kind, following = lexeme.word.kind, _lexeme(tokens, lexeme.position + 1)
    scaled = following is not None and not following.joined and following.word.kind == "scale"
    if kind == "fraction":
        # نصف مليون, half a million
        after_article = (
            _lexeme(tokens, lexeme.position + 2) if _text_at(tokens, lexeme.position + 1) == "a" else None
        )
        if after_article is not None and after_article.word.kind == "scale":
            return _State(group=lexeme.word.value, fixed=True), lexeme.position + 2
        return (
            (_State(group=lexeme.word.value, fixed=True), lexeme.position + 1)
            if scaled
            else (_State(), index)
        )
    if kind == "one" and not (scaled or (following is not None and _continues_one(following))):
        return _State(), index
    state = _add(_State(), lexeme._replace(joined=False)) if kind != "plural scale" else None
    return (state, lexeme.position + 1) if state is not None else (_State(), index)


def _continues_one(following: _Lexeme) -> bool:
    """أحد عشر, واحد وعشرون, one hundred: only there is "one" part of a number."""
    kind = following.word.kind
    return kind == ("tens" if following.joined else "times hundred" if following.latin else "ten")


def _add(state: _State, lexeme: _Lexeme) -> _State | None:
    """`state` with one more word, or None where the word does not go on with this number."""
    total, scale, group, fixed = state
    kind, value = lexeme.word.kind, lexeme.word.value
    if kind in {"scale", "plural scale"}:
        if group and (not scale or value < scale) and not lexeme.joined:
            return _State(total + group * value, value)
        if group or (scale and lexeme.joined and value >= scale):
            return None
        if scale and not lexeme.joined:
            return _State(total * value, value)  # ألف مليون
        return _State(total + value, value)
    if kind == "dual":
        if group or (scale and (not lexeme.joined or value >= scale)):
            return None
        return _State(total + value, value / 2)
    if kind == "fraction":
        if not lexeme.joined:
            return None
        return _State(total, scale, group + value, True) if group else _State(total + value * scale, scale)
    if fixed or (scale and not group and not lexeme.joined and not lexeme.latin):
        return None
    grown = _grown_group(group, lexeme)
    return None if grown is None else _State(total, scale, grown)


def _grown_group(group: float, lexeme: _Lexeme) -> float | None:
    """A number below a thousand with one more word: "twenty" and "five", "خمسة" and "وعشرون"."""
    word, joined = lexeme.word, lexeme.joined
    if not group:
        return word.value
    ones, hundreds_only = group % 100, group % 100 == 0
    if word.kind == "ten" and ones < 10 and not joined and not hundreds_only:
        return group + 10  # خمسة عشر
    if word.kind == "times hundred" or (word.kind == "hundreds" and word.value == 100):
        return group * 100 if group < 100 and not joined else None
    if word.kind == "hundreds":
        return None
    if hundreds_only:
        return group + word.value if joined or lexeme.latin else None
    if word.kind == "tens":
        return group + word.value if ones < 10 and joined and not lexeme.latin else None
    tens_only = ones >= 20 and ones % 10 == 0
    return group + word.value if tens_only and word.value < 10 and lexeme.latin and not joined else None


def _digits_of_smaller_scale(tokens: list[_Token], index: int, state: _State) -> _State | None:
    """مليون و200 ألف: "and", digits and a smaller scale word, three tokens."""
    if not state.scale or state.group or _text_at(tokens, index) not in {"and", "و"}:
        return None
    scale = NUMBER_WORDS.get(_text_at(tokens, index + 2))
    if scale is None or tokens[index + 1].kind != "digits" or scale.kind not in {"scale", "plural scale"}:
        return None
    if scale.value >= state.scale:
        return None
    return _State(state.total + tokens[index + 1].value * scale.value, scale.value)


def _read_unit(tokens: list[_Token], first: int, index: int) -> tuple[str, int]:
    """What the number at tokens `first` to `index` counts, and the index of the token that says so."""
    if first > 0 and tokens[first - 1].kind == "sign":
        return _symbol(tokens[first - 1].text), first - 1
    if _text_at(tokens, index) in _ORDINAL_ENDINGS:  # 19th, 1990s
        index += 1
    if (_text_at(tokens, index), _text_at(tokens, index + 1)) in _PERCENT_PHRASES:
        return "%", index + 1
    if _text_at(tokens, index) in _PARTITIVES:
        index += 1
    if index >= len(tokens) or tokens[index].kind in {"stop", "digits"}:
        return "", index
    text = tokens[index].text
    if text in UNIT_SYMBOLS or tokens[index].kind == "sign":
        return _symbol(text), index
    if text in STOP_WORDS or _lexeme(tokens, index) is not None:
        return "", index
    return stem(text), index


def _symbol(text: str) -> str:
    return UNIT_SYMBOLS.get(text, text)

"""Numbers of things in words. Arabic has five forms for what English has two: وثيقة واحدة، وثيقتان، 3 وثائق، 11 وثيقة،
100 وثيقة."""

from __future__ import annotations

from rag.ui.markup import either
from rag.ui.words import WORDS


def counted(things: str, number: int) -> str:
    """So many things, in both languages, as HTML. Their words are `things`_one, _two, _few, _many and _other."""
    return either(*_counted(things, number))


def with_count(key: str, things: str, number: int, **values: str) -> str:
    """The words of `key`, whose {things} is so many of them, in both languages, as HTML."""
    en, ar = WORDS[key]
    en_count, ar_count = _counted(things, number)
    return either(en.format(**{things: en_count}, **values), ar.format(**{things: ar_count}, **values))


def _counted(things: str, number: int) -> tuple[str, str]:
    en, ar = WORDS[f"{things}_{_form(number)}"]
    return en.format(n=f"{number:,}"), ar.format(n=f"{number:,}")


def _form(number: int) -> str:
    """The form of Arabic's plural rules (Unicode CLDR); none and hundreds take the last."""
    rest = number % 100
    if number in (1, 2):
        return "one" if number == 1 else "two"
    if 3 <= rest <= 10:
        return "few"
    return "many" if 11 <= rest <= 99 else "other"

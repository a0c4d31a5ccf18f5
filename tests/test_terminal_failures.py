import pytest

from rag.schema import Failure, Language
from rag.terminal import Terminal
from rag.terminal_failures import Told, sum_up


def _picture(path: str) -> Failure:
    return Failure(path, en=f"{path} is a picture.", ar=f"{path} صورة.")


EMPTY = Failure("خال.txt", en="خال.txt is empty.", ar="الملف خال.txt فارغ.")


@pytest.mark.parametrize(
    ("language", "pictures", "empty"),
    [("en", "a.png is a picture.", "خال.txt is empty."), ("ar", "a.png صورة.", "الملف خال.txt فارغ.")],
)
def test_many_of_a_kind_are_told_as_one(language: Language, pictures: str, empty: str) -> None:
    paths = [f"{name}.png" for name in "abcdef"]
    failures = [_picture(paths[0]), EMPTY, *map(_picture, paths[1:])]
    told = sum_up(failures, language)
    assert told == [Told(pictures, tuple(paths[1:])), Told(empty)]
    assert told[0].named == ("b.png", "c.png", "d.png", "…")
    assert sum(1 + len(one.others) for one in told) == len(failures)


def test_a_few_are_told_one_by_one() -> None:
    few = [_picture(f"{name}.png") for name in "abc"]
    assert sum_up(few, "en") == [Told(failure.en) for failure in few]
    assert sum_up([], "ar") == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The same goes for 3 more: b.png, c.png, d.png"), ("ar", "ومثله 3 غيره: b.png، c.png، d.png")],
)
def test_the_terminal_names_some_of_the_others(
    language: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_UI_LANGUAGE", language)
    Terminal().failures([_picture(f"{name}.png") for name in "abcd"])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[1].strip() == said

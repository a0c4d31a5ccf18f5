"""What the terminal is told to print, and never to do."""

from __future__ import annotations

import pytest

from rag.escaping import printable
from rag.terminal import Terminal

HOSTILE = [
    ("\x1b[2J\x1b]0;owned\x07.txt", "\ufffd[2J\ufffd]0;owned\ufffd.txt"),
    ("\x9b31mred", "\ufffd31mred"),
    ("report\rdone", "report\ufffddone"),
    ("18\u202e81", "18\ufffd81"),
    ("سند\nsource\tend", "سند\nsource\tend"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_nothing_is_obeyed(text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printable(text) == shown
    Terminal().removed([text])
    printed = capsys.readouterr().out
    assert shown in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("name", ["a[/bold].txt", "\x1b[2J.txt"])
def test_a_file_name_is_no_markup_of_the_progress(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Terminal().preparing() as show:
        show(name, 0.5)
    assert printable(name) in capsys.readouterr().err

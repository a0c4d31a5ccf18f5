"""What the engines share of a reply."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.relay import leaves_this_machine, without_thinking

REPLIES = [
    ("81 countries.", "81 countries."),
    ("<think>Let me see: 81?</think>\n\n81 countries.", "81 countries."),
    ("\n<think></think>81 دولة.", "81 دولة."),
    ("<think>a < b and </thin</think> <b>81</b>", "<b>81</b>"),
    ("<thinking aloud> is fine", "<thinking aloud> is fine"),
    ("He said <think>no</think>.", "He said <think>no</think>."),
    ("<think>without an end", ""),
    ("<think>only</think>", ""),
    ("<th", "<th"),
    ("", ""),
]


@pytest.mark.parametrize(("reply", "answer"), REPLIES)
@given(data=st.data())
def test_a_reply_without_its_thoughts(reply: str, answer: str, data: st.DataObject) -> None:
    """However the reply is cut into pieces."""
    lengths = data.draw(st.lists(st.integers(1, 5), min_size=len(reply), max_size=len(reply)))
    ends = [0, *accumulate(lengths)]
    pieces = [reply[start:end] for start, end in pairwise(ends) if reply[start:end]]
    assert "".join(without_thinking(iter(pieces))) == answer


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("http://127.0.0.1:11434", False),
        ("http://localhost/v1", False),
        ("http://[::1]:8080", False),
        ("http://10.0.0.5:11434", True),
        ("https://models.example.org", True),
    ],
)
def test_only_this_machine_is_exempt_from_the_proxy(url: str, leaves: bool) -> None:
    assert leaves_this_machine(url) is leaves

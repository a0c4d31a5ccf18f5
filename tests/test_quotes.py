"""Whatever the document: every citation's quote is exactly the original text at its offsets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.cite import number_claims
from rag.generate import extract_claims
from rag.index import Index
from rag.retrieve import Centres, load_centres, retrieve
from rag.sync import Limits, sync
from tests.fakes import FakeEmbedder

LIMITS = Limits(max_tokens=40, overlap_sentences=1, max_file_bytes=1_000_000)

_SENTENCES = st.sampled_from(
    [
        "افتُتح الميناء عام ١٩٣٢.",
        "The harbour opened in 1932!",
        "هل شاركت 83 دولة؟ نعم؛ شاركت.",
        "“قال الوزير إن 3.4 مليون شخص عادوا” , وأضاف",
        "مشاركة على:",
        "🎉 e\u0301\u0301 مُحَمَّد\u200f (2254)",
        "U.S. officials met Dr. J. K. Smith at 10:30 a.m. in Rome.",
        '<b>not html</b> & "quotes" [1]',
        "كلمة " * 30,
        "x" * 300,
    ]
)
_BREAKS = st.sampled_from([" ", "\n", "\n\n", "\r\n", "\t", " \u00a0", "\u2028"])
DOCUMENTS = st.lists(st.tuples(_SENTENCES, _BREAKS), min_size=1, max_size=25).map(
    lambda parts: "".join(sentence + gap for sentence, gap in parts)
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("quotes")
    with Index.open(home, fingerprint="f", dimension=FakeEmbedder.dimension) as opened:
        yield opened


@pytest.fixture(scope="module")
def centres(tmp_path_factory: pytest.TempPathFactory) -> Centres:
    return load_centres(FakeEmbedder(), tmp_path_factory.mktemp("centres"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, DOCUMENTS, st.sampled_from(["كم دولة شاركت؟", "When did the harbour open?", "الوزير 3.4"]))
def test_quotes_equal_the_original_text(
    index: Index, centres: Centres, tmp_path: Path, one: str, other: str, question: str
) -> None:
    originals = {}
    for name, document in (("one.txt", one), ("other.md", other)):
        path = tmp_path / name
        path.write_bytes(document.encode("utf-8"))
        originals[path.as_posix()] = document
    sync([tmp_path], index=index, embedder=FakeEmbedder(), limits=LIMITS)
    found = retrieve(question, index=index, embedder=FakeEmbedder(), centres=centres, top_k=6)
    numbered = number_claims(extract_claims(question, found.hits))
    for citation in numbered.citations:
        assert citation.quote == originals[citation.source][citation.start : citation.end]
        for place in citation.also_in:
            assert originals[place.source][place.start : place.end].strip()
    for hit in found.hits:
        passage = hit.passage
        assert passage.text == originals[passage.source][passage.start : passage.end]

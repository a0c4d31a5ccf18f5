"""Fixtures that several test files share."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.assistant import Assistant
from rag.embed import bundled as e5
from rag.embed import open_embedder
from rag.schema import Embedder
from tests.seeded import seeded_assistant


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """What a worker tells of a test, without lone surrogates: a hostile text in a failure would end the whole run."""
    return _well_formed((yield))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _well_formed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_well_formed, value))
    return value


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Where the bundled model is prepared for tests: kept from run to run, since preparing takes seconds."""
    default = Path(__file__).resolve().parents[1] / ".cache" / "models"
    return Path(os.environ.get("RAG_TEST_CACHE", default))


@pytest.fixture(scope="session")
def embedder(model_cache: Path) -> Embedder:
    """The bundled embedder, loaded once."""
    return open_embedder("bundled", cache_folder=model_cache)


@pytest.fixture(scope="session")
def prepared_model(embedder: Embedder, model_cache: Path) -> Path:
    """The folder of the bundled model, whole since `embedder` opened it."""
    assert embedder.name == "multilingual-e5-small"
    return e5.prepared_folder(model_cache)


@pytest.fixture(scope="session")
def seeds_assistant(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path, embedder: Embedder
) -> Iterator[Assistant]:
    """The extractive assistant over the seed articles; for reading only."""
    with seeded_assistant(tmp_path_factory.mktemp("seeds"), model_cache, embedder) as assistant:
        yield assistant

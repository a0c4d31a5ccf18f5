from pathlib import Path

import pytest

from rag.cli_common import check_free, open_library
from rag.errors import LibraryInUseError
from rag.settings import load_settings
from rag.terminal import Terminal
from tests.index.building import open_index


def test_a_library_in_use_is_said_before_a_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr("rag.pipeline.make_embedder", refuse)
    settings = load_settings(home=tmp_path)
    with open_index(tmp_path, command="rag sync"):
        with (
            pytest.raises(LibraryInUseError, match="rag sync"),
            open_library(settings, Terminal(), "rag serve"),
        ):
            pass
        with pytest.raises(LibraryInUseError, match="rag sync"):
            check_free(settings)
    check_free(settings)

"""The whole flow with the network blocked, loopback aside."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from rag.embed import open_embedder
from rag.pipeline import make_assistant, open_index, sync_paths
from tests.seeded import SEEDS, seed_settings


class NetworkUsedError(AssertionError):
    """Something tried to leave the machine."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections and name look-ups beyond loopback fail loudly."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in {"127.0.0.1", "::1", "localhost"}:
            raise NetworkUsedError(f"connection to {address}")
        connect(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in {None, "127.0.0.1", "::1", "localhost"}:
            raise NetworkUsedError(f"look-up of {host}")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.mark.usefixtures("no_network")
def test_the_guard_guards() -> None:
    with pytest.raises(NetworkUsedError):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)


@pytest.mark.usefixtures("no_network")
def test_prepare_sync_search_ask(tmp_path: Path) -> None:
    settings = seed_settings(tmp_path / "home", tmp_path / "cache")
    settings = settings.model_copy(update={"llm": "auto", "llm_url": "http://127.0.0.1:9"})
    stages: list[str] = []
    embedder = open_embedder(
        "bundled", cache_folder=settings.cache, on_progress=lambda stage, _fraction: stages.append(stage)
    )
    assert "building" in stages
    with open_index(settings, embedder, command="test") as index:
        assert len(sync_paths(settings, index, embedder, [SEEDS]).added) == 5
        assistant = make_assistant(settings, index, embedder)
        assert assistant.engine_name == "extractive"
        answer = assistant.ask("كم دولة شاركت في الاجتماع الوزاري في روما؟")
    assert not answer.refused
    assert {"81", "83"} <= {
        value.value.split()[0] for conflict in answer.conflicts for value in conflict.values
    }

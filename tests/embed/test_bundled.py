"""Preparing the bundled model: interrupted, damaged, twice at once, on processors that saturate."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rag.embed import bundled as e5
from rag.embed.engine import MODEL_FILE, OnnxEngine
from rag.embed.tokenizer import REPLACEMENTS_FILE, TOKENIZER_FILE
from rag.embed.tokens import MEANS_FILE
from rag.errors import EmbeddingModelError


def test_interruption_leaves_nothing_and_the_next_call_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = e5.source_file(), e5.prepared_folder(tmp_path)

    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(e5, "write_int8_model", interrupted)
        with pytest.raises(KeyboardInterrupt):
            e5.prepare(source, tmp_path)
    assert list(tmp_path.iterdir()) == []

    # What a damaged disk could leave is replaced as well.
    target.mkdir()
    (target / e5.MANIFEST_FILE).write_text("{", encoding="utf-8")
    told: list[tuple[str, float]] = []
    assert e5.prepare(source, tmp_path, lambda stage, fraction: told.append((stage, fraction))) == target
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    manifest = e5.read_manifest(target)
    assert manifest is not None
    assert manifest.agreement >= e5.LEAST_AGREEMENT
    for name, (size, digest) in manifest.files.items():
        assert (target / name).stat().st_size == size
        assert e5.file_sha256(target / name) == digest
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert told[0] == ("checking", 0.0)
    assert told[-1] == ("ready", 1.0)


@pytest.mark.parametrize(
    ("agreements", "variant"),
    [
        ([0.996], "int8"),
        ([0.8, 0.995], "int8-reduced"),
        ([0.8, 0.8, 0.9999], "float32"),
        ([0.8, 0.8, 0.8], None),
        ([float("nan"), 0.995], "int8-reduced"),
    ],
)
def test_the_first_variant_that_agrees_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreements: list[float], variant: str | None
) -> None:
    def empty_tokenizer(_vocabulary: object, folder: Path) -> None:
        (folder / TOKENIZER_FILE).touch()
        (folder / REPLACEMENTS_FILE).touch()

    monkeypatch.setattr(e5, "write_tokenizer", empty_tokenizer)
    monkeypatch.setattr(e5, "write_float_model", lambda _weights, path: path.write_bytes(b"float32"))
    monkeypatch.setattr(
        e5,
        "write_int8_model",
        lambda _model, path, reduce_range: path.write_bytes(b"reduced" if reduce_range else b"int8"),
    )
    monkeypatch.setattr(e5, "add_word_embeddings", lambda _weights, _path: None)
    monkeypatch.setattr(e5, "write_token_means", lambda folder: (folder / MEANS_FILE).touch())
    monkeypatch.setattr(e5, "_agreement", lambda _folder, _source: agreements.pop(0))
    if variant is None:
        with pytest.raises(e5.PreparationError, match="no variant agrees"):
            e5.prepare(e5.source_file(), tmp_path)
        assert list(tmp_path.iterdir()) == []
        return
    target = e5.prepare(e5.source_file(), tmp_path)
    manifest = e5.read_manifest(target)
    assert manifest is not None
    assert manifest.variant == variant
    assert (target / MODEL_FILE).read_bytes().decode() in variant
    assert {path.name for path in target.iterdir()} == {*e5.PREPARED_FILES, e5.MANIFEST_FILE}


def test_a_model_another_process_finished_first_stays(prepared_model: Path, tmp_path: Path) -> None:
    target = e5.prepared_folder(tmp_path)
    shutil.copytree(prepared_model, target, copy_function=os.link)
    work = tmp_path / "work"
    work.mkdir()
    (work / "ours").touch()
    e5._move_into_place(work, target)
    assert e5.read_manifest(target) == e5.read_manifest(prepared_model)
    assert not (target / "ours").exists()


def test_only_abandoned_work_folders_are_removed(tmp_path: Path) -> None:
    old, fresh = (e5._work_folder(tmp_path) for _ in range(2))
    os.utime(old, (0, 0))
    e5._remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [fresh.name]


@pytest.mark.parametrize("change", ["cut", "missing", "recipe", "source", "not json"])
def test_a_folder_that_is_not_whole_is_not_used(prepared_model: Path, tmp_path: Path, change: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(prepared_model, copy, copy_function=os.link)
    assert e5.read_manifest(copy) is not None
    manifest = copy / e5.MANIFEST_FILE
    text = manifest.read_text(encoding="utf-8")
    victim = copy / (TOKENIZER_FILE if change in ("cut", "missing") else e5.MANIFEST_FILE)
    victim.unlink()
    if change == "cut":
        victim.write_text("{}", encoding="utf-8")
    elif change == "recipe":
        manifest.write_text(text.replace(f'"recipe": {e5.RECIPE}', '"recipe": 0'), encoding="utf-8")
    elif change == "source":
        manifest.write_text(text.replace(e5.SOURCE_SHA256, "0" * 64), encoding="utf-8")
    elif change == "not json":
        manifest.write_text("[]", encoding="utf-8")
    assert e5.read_manifest(copy) is None


def test_a_folder_damaged_after_it_was_made_says_so(prepared_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(prepared_model, copy, copy_function=os.link)
    (copy / MODEL_FILE).unlink()
    (copy / MODEL_FILE).write_bytes(b"no model")
    with pytest.raises(EmbeddingModelError, match="Delete that folder") as caught:
        OnnxEngine(copy).embed(["x"], "query: ")
    assert "احذف" in caught.value.ar

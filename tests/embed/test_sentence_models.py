"""Any sentence-transformers model, from local folders: no hub is needed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.embed import open_embedder
from rag.embed.sentence_models import SentenceTransformersEmbedder
from rag.embed.tokenizer import TOKENIZER_FILE
from rag.errors import EmbeddingModelError

MakeModel = Callable[..., Path]


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """Makes a folder with a small random model: every word of a small vocabulary has its own vector."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", "query", "passage", "find", "text", ":", "river", "north", "نهر", "شمال"]

    def make(name: str, prompts: dict[str, str] | None = None, seed: int = 0) -> Path:
        tokenizer = Tokenizer(WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = Whitespace()
        weights = np.random.default_rng(seed).normal(size=(len(words), 8)).astype(np.float32)
        static = StaticEmbedding(tokenizer, embedding_weights=weights)
        folder = tmp_path / name
        SentenceTransformer(modules=[static, Normalize()], prompts=prompts, device="cpu").save(str(folder))
        return folder

    return make


@pytest.mark.parametrize(
    ("name", "prompts", "query", "passage"),
    [
        ("small-static", None, "", ""),
        ("small-static", {"query": "find: ", "document": "text: "}, "find: ", "text: "),
        ("my-e5-small", None, "query: ", "passage: "),
        ("my-e5-small", {"query": "find: "}, "find: ", ""),
        ("e5x-static", None, "", ""),
    ],
)
def test_prompts(
    make_model: MakeModel, name: str, prompts: dict[str, str] | None, query: str, passage: str
) -> None:
    folder = make_model(name, prompts)
    bare = SentenceTransformersEmbedder(str(make_model("bare")))
    embedder = open_embedder(str(folder), cache_folder=folder)
    assert embedder.name == name
    assert embedder.dimension == 8
    for text in ("river north", "نهر شمال"):
        np.testing.assert_allclose(
            embedder.embed_queries([text]), bare.embed_passages([query + text]), atol=1e-6
        )
        np.testing.assert_allclose(
            embedder.embed_passages([text]), bare.embed_passages([passage + text]), atol=1e-6
        )


def test_contract(make_model: MakeModel) -> None:
    embedder = open_embedder(str(make_model("static")), cache_folder=Path())
    vectors = embedder.embed_passages(["river", "نهر شمال", "river north"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 8)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert embedder.embed_queries([]).shape == (0, 8)
    assert embedder.count_tokens(["river north", "", "نهر"]) == [2, 0, 1]
    assert embedder.count_tokens([]) == []


def test_fingerprint_follows_what_makes_the_vectors(make_model: MakeModel, tmp_path: Path) -> None:
    first = SentenceTransformersEmbedder(str(make_model("static"))).fingerprint
    moved = tmp_path / "elsewhere" / "static"
    shutil.copytree(tmp_path / "static", moved)
    (moved / "README.md").write_text("notes", encoding="utf-8")
    assert SentenceTransformersEmbedder(str(moved)).fingerprint == first
    assert SentenceTransformersEmbedder(str(make_model("static", seed=1))).fingerprint != first
    prompted = make_model("static", {"query": "find: "})
    assert SentenceTransformersEmbedder(str(prompted)).fingerprint != first


def test_a_transformer_model(tmp_path: Path, prepared_model: Path) -> None:
    """A random BERT with the bundled tokenizer: tokens are counted through transformers."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    model = tmp_path / "bert"
    config = BertConfig(
        vocab_size=250_002,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    BertModel(config).save_pretrained(model)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(prepared_model / TOKENIZER_FILE), pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(model)
    transformer = Transformer(str(model), max_seq_length=16)
    named = tmp_path / "multilingual-e5-test"
    SentenceTransformer(modules=[transformer, Pooling(8)], device="cpu").save(str(named))

    embedder = SentenceTransformersEmbedder(str(named))
    assert embedder.embed_passages(["نص قصير", "word " * 50]).shape == (2, 8)
    assert embedder.count_tokens(["hello", "", "كلمة " * 50])[:2] == [2, 0]
    assert not np.allclose(embedder.embed_queries(["نص"]), embedder.embed_passages(["نص"]), atol=1e-4)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("./no/such/folder", "no such folder"),
        ("/no/such/folder", "no such folder"),
        ("nobody/no-such-model", "cannot be loaded"),
        ("EMPTY", "cannot be loaded"),
    ],
)
def test_what_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, reason: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    name = str(tmp_path) if model == "EMPTY" else model
    with pytest.raises(EmbeddingModelError, match=reason) as caught:
        open_embedder(name, cache_folder=tmp_path)
    assert name in caught.value.en
    assert name in caught.value.ar
    assert "RAG_EMBEDDING_MODEL=bundled" in caught.value.en

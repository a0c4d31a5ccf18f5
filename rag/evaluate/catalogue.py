"""Ready-made question sets: where they live, under which licence, and what their files are known to be.

The digests are those that TensorFlow Datasets and Hugging Face Datasets recorded of the same files (url_checksums/ and
dataset_infos.json in their repositories).
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import DatasetError
from rag.schema import Language


@dataclass(frozen=True, slots=True)
class Download:
    """A published file: address, size in bytes, and SHA-256 in hexadecimal."""

    url: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its file name."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class ReadySet:
    """A published set. Paragraphs are named after `paragraphs`, so that translations of one set share their names.
    `only` is what the ids of its questions begin with, where the files hold other languages too."""

    name: str
    title: str
    language: Language
    questions: int
    licence: str
    homepage: str
    files: tuple[Download, ...]
    paragraphs: str
    only: str = ""


_XQUAD = "https://raw.githubusercontent.com/google-deepmind/xquad/master/"
_ARCD = "https://raw.githubusercontent.com/husseinmozannar/SOQAL/master/data/"
_TYDI = Download(
    "https://storage.googleapis.com/tydiqa/v1.1/tydiqa-goldp-v1.1-dev.json",
    5617409,
    "b286e0f34bc7f52259359989716f369b160565bd12ad8f3a3e311f9b0dbad1c0",
)
_TYDI_HOME = "https://github.com/google-research-datasets/tydiqa"
_SQUAD = "https://rajpurkar.github.io/SQuAD-explorer/"

CATALOGUE: tuple[ReadySet, ...] = (
    ReadySet(
        "xquad-ar",
        "XQuAD, Arabic",
        "ar",
        1190,
        "CC BY-SA 4.0",
        "https://github.com/google-deepmind/xquad",
        (
            Download(
                _XQUAD + "xquad.ar.json",
                1582988,
                "abdabd7afed5c635d99cca0f3f0d0c9d9ed0bc77451e963c2e4e0638c29e486d",
            ),
        ),
        "xquad",
    ),
    ReadySet(
        "xquad-en",
        "XQuAD, English",
        "en",
        1190,
        "CC BY-SA 4.0",
        "https://github.com/google-deepmind/xquad",
        (
            Download(
                _XQUAD + "xquad.en.json",
                609383,
                "e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29",
            ),
        ),
        "xquad",
    ),
    ReadySet(
        "arcd",
        "ARCD, the Arabic Reading Comprehension Dataset",
        "ar",
        1395,
        "MIT",
        "https://github.com/husseinmozannar/SOQAL",
        (
            Download(
                _ARCD + "arcd-train.json",
                939840,
                "6a973fda9f0b066e0547a85a3396e7294fa917e24b6efd7ce430769033a6ce15",
            ),
            Download(
                _ARCD + "arcd-test.json",
                1002559,
                "b4ba4fb4227841bbce71e01b3eaecb33e9f17a08cde1ec91e5bc335da2c75135",
            ),
        ),
        "arcd",
    ),
    ReadySet(
        "tydiqa-ar",
        "TyDi QA, gold passages, Arabic",
        "ar",
        921,
        "Apache-2.0",
        _TYDI_HOME,
        (_TYDI,),
        "tydiqa-ar",
        "arabic-",
    ),
    ReadySet(
        "tydiqa-en",
        "TyDi QA, gold passages, English",
        "en",
        440,
        "Apache-2.0",
        _TYDI_HOME,
        (_TYDI,),
        "tydiqa-en",
        "english-",
    ),
    ReadySet(
        "squad",
        "SQuAD 1.1, development part",
        "en",
        10570,
        "CC BY-SA 4.0",
        _SQUAD,
        (
            Download(
                _SQUAD + "dataset/dev-v1.1.json",
                4854279,
                "95aa6a52d5d6a735563366753ca50492a658031da74f301ac5238b03966972c9",
            ),
        ),
        "squad",
    ),
    ReadySet(
        "squad2",
        "SQuAD 2.0, development part; half of its questions have no answer in their paragraph",
        "en",
        11873,
        "CC BY-SA 4.0",
        _SQUAD,
        (
            Download(
                _SQUAD + "dataset/dev-v2.0.json",
                4370528,
                "80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8",
            ),
        ),
        "squad2",
    ),
)
"""Every set that can be fetched by name."""


def find_set(name: str) -> ReadySet:
    """The set of that name. Raises DatasetError, naming those there are."""
    for known in CATALOGUE:
        if known.name == name.strip().lower():
            return known
    names = ", ".join(known.name for known in CATALOGUE)
    raise DatasetError(
        en=f"There is no ready-made set '{name}'. There are: {names}.",
        ar=f"لا مجموعة جاهزة باسم «{name}». المتاح: {names}.",
    )

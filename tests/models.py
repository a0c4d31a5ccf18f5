"""Small real transformers, made on the spot: no test downloads any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def save_classifier(
    folder: Path, prepared_model: Path, labels: Mapping[int, str], *, likely: int | None = None
) -> Path:
    """A random two-layer BertForSequenceClassification with the bundled model's tokenizer, in `folder`. With `likely`
    every pair gets that label."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(prepared_model / "tokenizer.json"),
        pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>", model_max_length=128,
    )  # fmt: skip
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=130, pad_token_id=tokenizer.pad_token_id or 0,
        id2label=dict(labels), label2id={label: number for number, label in labels.items()},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    if likely is not None:
        with torch.no_grad():
            model.classifier.bias[likely] = 100.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder

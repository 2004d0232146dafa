"""multilingual-e5-small as ONNX graphs: a BERT encoder for one text at a time, so it needs no attention mask.

Input `input_ids`, int64 (1, s), s ≤ 512; outputs `last_hidden_state` and `directions`, float32 (1, s, hidden), and
`rarity`, float32 (1, s).
A token's direction is its output without the bias of the last normalisation, which all tokens have in common, scaled to
length 1 and turned at random, so that its signs alone are a fair sketch of it (Charikar 2002). Its rarity is -ln of the
probability of its piece in the tokenizer's unigram model.
The embedding table keeps its 4 bits. The other matrices become 8-bit integers with one scale per output,
multiplied with activations that are quantised as they come (one scale per product): twice as fast as 4-bit or float
kernels.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.e5_weights import BLOCK, E5Weights, TunedE5Weights
from app.domain.ports import Vector

if TYPE_CHECKING:
    from onnx import ModelProto

_FUSED = "com.microsoft"  # onnxruntime's own operators
# Seven bits of the eight: processors without VNNI add two products in 16 bits, which 255 x 127 x 2 would overflow.
_LARGEST = 63
_RAREST = 16.0  # nats; pieces that text cannot hold have no probability


def e5_graph(weights: E5Weights) -> "ModelProto":
    graph = _Graph(weights)
    hidden = graph.embeddings()
    for layer in range(weights.layers):
        hidden = graph.layer(hidden, f"l{layer}.")
    graph.add("Identity", [hidden], "last_hidden_state")
    graph.directions(hidden, f"l{weights.layers - 1}.oln.bias")
    graph.rarity()
    size = weights.hidden
    return graph.model(last_hidden_state=[1, "s", size], directions=[1, "s", size], rarity=[1, "s"])


def e5_tagger_graph(weights: TunedE5Weights) -> "ModelProto":
    """Another head on tuned layers: of `changes`, "head.w" has shape (labels, hidden) and "head.b" (labels,). Input as
    above, output `tags`, float32 (1, s, labels): the probability of each label for each token."""
    graph = _Graph(weights)
    hidden = graph.embeddings()
    for layer in range(weights.tuned_layers):
        hidden = graph.layer(hidden, f"l{layer}.")
    return graph.tags(hidden, weights.floats("head.w"), weights.floats("head.b"))


class _Graph:
    """Nodes and constants while they are collected; every method returns the name of the value it added."""

    def __init__(self, weights: E5Weights) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._weights = weights

    def add(self, operator: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [name], name, domain=domain, **attributes))
        return name

    def model(self, **outputs: list[Any]) -> "ModelProto":
        """`outputs` are the shapes of values that were added under these names."""
        from onnx import TensorProto, helper

        return helper.make_model(
            helper.make_graph(
                self.nodes,
                "multilingual-e5-small",
                [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "s"])],
                [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
                self.initializers,
            ),
            opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(_FUSED, 1)],
            ir_version=10,
        )

    def embeddings(self) -> str:
        weights = self._weights
        halves, scales = weights.blocks("emb.word", weights.vocabulary)
        table = self._int4("emb.word", halves ^ np.uint8(8), (weights.vocabulary, weights.hidden))
        words = self.add(
            "GatherBlockQuantized",
            [table, "input_ids", self._constant("emb.scale", scales)],
            "emb.words",
            _FUSED,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        # Every token is of type 0, so the type's vector is added to the positions' once and for all.
        by_position = (
            weights.floats("emb.pos").reshape(-1, weights.hidden) + weights.floats("emb.type")[: weights.hidden]
        )
        length = self.add("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self._constant("zero", np.array([0], dtype=np.int64))
        positions = self.add("Slice", [self._constant("emb.pos", by_position), zero, length], "emb.positions")
        return self._normalised(words, positions, "emb.ln")

    def layer(self, hidden: str, prefix: str) -> str:
        """Self-attention and feed-forward block, each with its residual."""
        weights = self._weights
        projected = self._linear(hidden, [f"{prefix}{part}" for part in "qkv"], weights.hidden)
        parts = [f"{prefix}{part}" for part in ("query", "key", "value")]
        self._split(projected, parts)
        attention = self.add("MultiHeadAttention", parts, f"{prefix}attention", _FUSED, num_heads=weights.heads)
        attended = self._linear(attention, [f"{prefix}ao"], weights.hidden)
        hidden = self._normalised(hidden, attended, f"{prefix}aln")
        widened = self._linear(hidden, [f"{prefix}fi"], weights.intermediate)
        activated = self.add("Gelu", [widened], f"{prefix}gelu", _FUSED)
        narrowed = self._linear(activated, [f"{prefix}fo"], weights.hidden)
        return self._normalised(hidden, narrowed, f"{prefix}oln")

    def directions(self, hidden: str, common: str) -> str:
        own = self.add("Sub", [hidden, common], "own")
        unit = self.add("LpNormalization", [own], "own.unit", axis=-1, p=2)
        # The old generator's stream is frozen for good: the same signs on every machine.
        gaussian = np.random.RandomState(0).standard_normal((self._weights.hidden, self._weights.hidden))
        rotation = np.linalg.qr(gaussian)[0].astype(np.float32)
        return self.add("MatMul", [unit, self._constant("rotation", rotation)], "directions")

    def tags(self, hidden: str, weight: Vector, bias: Vector) -> "ModelProto":
        product = self.add("MatMul", [hidden, self._constant("head.weight", weight.T)], "head.product")
        logits = self.add("Add", [product, self._constant("head.bias", bias)], "head.logits")
        self.add("Softmax", [logits], "tags", axis=-1)
        return self.model(tags=[1, "s", len(bias)])

    def rarity(self) -> str:
        nats = np.full(self._weights.vocabulary, _RAREST, dtype=np.float32)
        scores = np.array([score for _, score in self._weights.pieces], dtype=np.float32)
        nats[: len(scores)] = np.where(scores < 0, np.minimum(-scores, _RAREST), _RAREST)
        return self.add("Gather", [self._constant("nats", nats), "input_ids"], "rarity")

    def _linear(self, value: str, names: list[str], rows: int) -> str:
        """One product for all matrices in `names`, their outputs side by side."""
        weights = self._weights
        matrix = np.concatenate([weights.matrix(f"{name}.w", rows) for name in names])
        bias = np.concatenate([weights.floats(f"{name}.b") for name in names])
        scale = np.abs(matrix).max(axis=1) / _LARGEST
        integers = np.rint(matrix / scale[:, None]).astype(np.int8)
        constants = {
            "weight": integers.T,
            "scale": scale.astype(np.float32),
            "zero": np.zeros(len(scale), dtype=np.int8),
            "bias": bias,
        }
        inputs = [self._constant(f"{names[0]}.{part}", array) for part, array in constants.items()]
        return self.add("DynamicQuantizeMatMul", [value, *inputs], f"{names[0]}.product", _FUSED)

    def _normalised(self, value: str, residual: str, name: str) -> str:
        gain = self._constant(f"{name}.gain", self._weights.floats(f"{name}.w"))
        bias = self._constant(f"{name}.bias", self._weights.floats(f"{name}.b"))
        added = self.add("Add", [value, residual], f"{name}.sum")
        return self.add("LayerNormalization", [added, gain, bias], f"{name}.normal", epsilon=self._weights.epsilon)

    def _split(self, value: str, outputs: list[str]) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node("Split", [value], outputs, axis=-1, num_outputs=len(outputs)))

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _int4(self, name: str, halves: NDArray[np.uint8], shape: tuple[int, int]) -> str:
        """Signed 4-bit integers, two to a byte, the first in the low half."""
        from onnx import TensorProto, helper

        packed = halves[..., 0::2] | (halves[..., 1::2] << 4)
        self.initializers.append(helper.make_tensor(name, TensorProto.INT4, shape, packed.tobytes(), raw=True))
        return name

"""Where personal data stands, by the embedded model's layers as they were tuned to it (docs/decisions/0026-names.md).

Trained by `python -m evals.tagger_fit`; its changes to the model are in tagger.npz, what they were made from in
tagger.toml.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.adapters.e5_model import ensure_model, ensure_tagger
from app.domain.pii import PiiType
from app.domain.ports import Vector

CHANGES = Path(__file__).with_suffix(".npz")
PREFIX = "query: "  # what the model has read before every question in its life
_PIECE = 400  # characters: fewer than the 512 tokens that it reads at once
_BREAKS = "\n。.!?！？、, "


class Tagger:
    """`models` is where the embedded model is, or will be made. Safe to share between threads. Raises ModelError."""

    def __init__(self, models: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(ensure_model(models) / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        graph = ensure_tagger(models, CHANGES) / "model.onnx"
        self._session = onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"])
        with np.load(CHANGES, allow_pickle=False) as arrays:
            labels = [str(label).partition("-")[2] for label in arrays["labels"]]
        self._columns = {kind: [n for n, label in enumerate(labels) if label == kind] for kind in PiiType}

    def read(self, text: str) -> Mapping[PiiType, Vector]:
        """Of each type, for each character, the probability that it belongs to one; 0 where no token is."""
        tags = np.zeros((len(text), self._session.get_outputs()[0].shape[2]), dtype=np.float32)
        start = 0
        while start < len(text):
            end = _end_of_piece(text, start)
            self._read(text[start:end], tags[start:end])
            start = end
        return {kind: tags[:, columns].sum(axis=1) for kind, columns in self._columns.items()}

    def _read(self, piece: str, tags: NDArray[np.float32]) -> None:
        encoding = self._tokenizer.encode((PREFIX + piece).encode("utf-8", "replace").decode())
        [found] = self._session.run(None, {"input_ids": np.array([encoding.ids], dtype=np.int64)})
        for (start, end), probabilities in zip(encoding.offsets, found[0], strict=True):
            tags[max(start - len(PREFIX), 0) : max(end - len(PREFIX), 0)] = probabilities


def _end_of_piece(text: str, start: int) -> int:
    if len(text) - start <= _PIECE:
        return len(text)
    last = max(text.rfind(mark, start + _PIECE // 2, start + _PIECE) for mark in _BREAKS)
    return last + 1 if last > 0 else start + _PIECE

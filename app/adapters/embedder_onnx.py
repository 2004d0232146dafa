"""A sentence encoder of the e5 family on onnxruntime: no torch, one text at a time."""

import os
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from app.domain.ports import Passage, PassageVectors, Vector

_MAX_TOKENS = 512
_QUERY, _PASSAGE = "query: ", "passage: "


class OnnxEmbedder:
    """`folder` holds model.onnx (see `e5_graph`) and tokenizer.json, and its name is the fingerprint.

    Texts run alone, `threads` of them side by side on one core each: faster than padded batches, and a text's vector is
    the same whatever it is embedded with. What lies behind token 512 of a text does not count. Safe to share between
    threads.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._fingerprint = folder.name
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, ["CPUExecutionProvider"])
        self._dimension: int = self._session.get_outputs()[0].shape[2]

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._vector(_QUERY + text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with ThreadPoolExecutor(self._threads) as pool:
            return [
                [float(value) for value in row] for row in pool.map(self._vector, [_PASSAGE + text for text in texts])
            ]

    def embed_passages(self, passages: Sequence[Passage]) -> Generator[tuple[int, PassageVectors], None, None]:
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                yield from enumerate(pool.map(self._passage_vectors, passages))
            finally:
                pool.shutdown(cancel_futures=True)  # where the caller stops early

    def _passage_vectors(self, passage: Passage) -> PassageVectors:
        full = self._vector(_PASSAGE + passage.full_text)
        sentences = [
            full if text == passage.full_text else self._vector(_PASSAGE + text) for text in passage.sentence_texts
        ]
        return PassageVectors(full, np.array(sentences, dtype=np.float32).reshape(len(sentences), self._dimension))

    def _vector(self, text: str) -> Vector:
        """The mean of the text's token outputs, of length 1."""
        # A lone surrogate, which UTF-8 cannot hold, becomes "?".
        ids = self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids
        (hidden,) = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})
        mean = hidden[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

"""A sentence encoder of the e5 family on onnxruntime: no torch, one text at a time."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.ports import Passage, PassageVectors, QuestionVectors, Vector

_MAX_TOKENS = 512
_QUERY, _PASSAGE = "query: ", "passage: "


@dataclass(frozen=True, slots=True)
class _Tokens:
    """One pass: `hidden` and `directions` of shape (tokens, d), `rarity` of shape (tokens,): see `e5_graph`; `offsets`,
    of shape (tokens, 2), is each token's half-open range in the text that was read."""

    hidden: Vector
    directions: Vector
    rarity: Vector
    offsets: NDArray[np.int64]

    @property
    def mean(self) -> Vector:
        return _unit(self.hidden.mean(axis=0))

    def behind(self, prefix: str) -> NDArray[np.bool_]:
        """Which tokens are of the text itself: not of the prefix, nor a mark at either end."""
        behind: NDArray[np.bool_] = self.offsets[:, 1] > len(prefix)
        return behind


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
        return self._text_vector(_QUERY + text)

    def embed_question(self, text: str) -> QuestionVectors:
        read = self._read(_QUERY + text)
        words = read.behind(_QUERY)
        squares = read.rarity[words] ** 2  # "the" is half as rare as "delivery", and counts a quarter
        weights = squares / max(float(squares.sum()), 1.0)
        return QuestionVectors(read.mean, read.directions[words] * weights[:, None])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._text_vector, [_PASSAGE + text for text in texts]))

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                yield from enumerate(pool.map(self._passage_vectors, passages))
            finally:
                pool.shutdown(cancel_futures=True)  # where the caller stops early

    def _text_vector(self, text: str) -> list[float]:
        return [float(value) for value in self._read(text).mean]

    def _passage_vectors(self, passage: Passage) -> PassageVectors:
        """Sentences are pooled from the passage's own tokens ("late chunking", Günther et al. 2024), which know their
        context; those the model did not read, behind token 512, get a pass of their own."""
        text = _PASSAGE + passage.full_text
        read = self._read(text)
        shift = len(text) - len(passage.text)
        sentences = np.empty((len(passage.sentences), self._dimension), dtype=np.float32)
        for n, span in enumerate(passage.sentences):
            inside = (read.offsets[:, 0] < span.end + shift) & (read.offsets[:, 1] > span.start + shift)
            own = read.hidden[inside] if inside.any() else self._read(_PASSAGE + passage.sentence_texts[n]).hidden
            sentences[n] = _unit(own.mean(axis=0))
        signs = np.packbits(read.directions[read.behind(_PASSAGE)] > 0, axis=1)
        return PassageVectors(read.mean, sentences, signs)

    def _read(self, text: str) -> _Tokens:
        # A lone surrogate, which UTF-8 cannot hold, becomes "?": still one character, so offsets stay true.
        encoding = self._tokenizer.encode(text.encode("utf-8", "replace").decode())
        ids = np.array([encoding.ids], dtype=np.int64)
        hidden, directions, rarity = self._session.run(None, {"input_ids": ids})
        return _Tokens(hidden[0], directions[0], rarity[0], np.array(encoding.offsets))


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

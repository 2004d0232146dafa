"""Any model of the sentence-transformers package, by name or by path. It brings torch with it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import Lock

from app.adapters.e5_prompts import PASSAGE, QUERY, is_e5
from app.adapters.hub_cache import model_folder, not_loadable
from app.adapters.separate_sentences import embed_separately, readable, without_tokens
from app.domain.ports import Passage, PassageVectors, QuestionVectors

_CALLED = ("embedding model", "KOTAE_EMBEDDING_MODEL")


class SentenceTransformersEmbedder:
    """`model` is a folder, or the name of a model that is in the Hugging Face cache already: nothing is downloaded.

    The model's own prompts for queries and documents are used; e5 models, which rarely name theirs, get `query: ` and
    `passage: `. Raises ModelError.
    """

    def __init__(self, model: str) -> None:
        folder = model_folder(model, *_CALLED)
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(folder, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise not_loadable(model, *_CALLED) from error
        self._name = model.rstrip("/").rpartition("/")[2]
        if is_e5(self._name) and not any(self._model.prompts.values()):
            self._model.prompts = {"query": QUERY, "document": PASSAGE}
        self._lock = Lock()  # its tokenizer must not be used by two threads at once

    @cached_property
    def fingerprint(self) -> str:
        """The name and a hash of weights, prompts and length limit."""
        import torch

        digest = hashlib.sha256(json.dumps([self._model.prompts, self._model.max_seq_length], sort_keys=True).encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy())
        return f"{self._name}-{digest.hexdigest()[:12]}"

    @cached_property
    def dimension(self) -> int:
        return len(self.embed_query("dimension"))

    def embed_query(self, text: str) -> list[float]:
        with self._lock:
            vector = self._model.encode_query(readable(text), normalize_embeddings=True, show_progress_bar=False)
        return [float(value) for value in vector]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        cleaned = [readable(text) for text in texts]
        with self._lock:
            vectors = self._model.encode_document(cleaned, normalize_embeddings=True, show_progress_bar=False)
        return [[float(value) for value in row] for row in vectors]

    def embed_question(self, text: str) -> QuestionVectors:
        return without_tokens(self.embed_query(text))

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        return embed_separately(self.embed_documents, passages)

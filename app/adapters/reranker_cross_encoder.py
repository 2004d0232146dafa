"""Any cross-encoder of the sentence-transformers package, by name or by path. It brings torch with it."""

import hashlib
from collections.abc import Sequence
from threading import Lock

import numpy as np

from app.adapters.hub_cache import model_folder, not_loadable
from app.adapters.separate_sentences import readable
from app.domain.ports import Vector
from app.errors import ModelError

_CALLED = ("reranker", "KOTAE_RERANKER")


class CrossEncoderReranker:
    """`model` is a folder, or the name of a model that is in the Hugging Face cache already: nothing is downloaded.

    Raises ModelError.
    """

    def __init__(self, model: str) -> None:
        folder = model_folder(model, *_CALLED)
        import torch
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(folder, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise not_loadable(model, *_CALLED) from error
        if self._model.num_labels != 1:
            raise ModelError(
                f"The reranker {model!r} gives {self._model.num_labels} scores for a passage, not one: name another in "
                "KOTAE_RERANKER."
            )
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy())
        self._fingerprint = f"{model.rstrip('/').rpartition('/')[2]}-{digest.hexdigest()[:12]}"
        self._raw = torch.nn.Identity()  # a sigmoid, the usual end, makes ties of what is very near
        self._lock = Lock()  # its tokenizer must not be used by two threads at once

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def scores(self, query: str, passages: Sequence[str]) -> Vector:
        if not passages:
            return np.empty(0, dtype=np.float32)
        pairs = [(readable(query), readable(passage)) for passage in passages]
        with self._lock:
            found = self._model.predict(pairs, activation_fn=self._raw, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

"""An embedding model behind any OpenAI-compatible endpoint, through LangChain."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2
import numpy as np
import openai
from pydantic import SecretStr

from app.adapters.e5_prompts import PASSAGE, QUERY, is_e5
from app.adapters.openai_client import given_key, keep_quiet
from app.adapters.separate_sentences import embed_separately, readable, without_tokens
from app.domain.ports import Passage, PassageVectors, QuestionVectors, Vector
from app.errors import ModelError

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

_BATCH = 32  # texts of a request: some services take no more
_AT_ONCE = 4  # requests of a build
_CONNECT = 3.0  # seconds
_ASKED, _BUILT = (8.0, 1), (60.0, 5)  # seconds for a request, and other tries: of a question, and of a build
_ADVICE = {
    401: "correct KOTAE_EMBEDDING_API_KEY",
    403: "correct KOTAE_EMBEDDING_API_KEY",
    404: "correct KOTAE_EMBEDDING_MODEL, or KOTAE_EMBEDDING_BASE_URL (most addresses end in /v1)",
    429: "the quota is used up or requests come too fast: look at the account of the service",
}


class EndpointEmbedder:
    """Nothing is sent before the first text. Failed requests are made again after pauses that grow (of chance length);
    what fails for good raises ModelError. Safe to share between threads."""

    def __init__(self, base_url: str, key: SecretStr, model: str) -> None:
        keep_quiet()
        self._model = model
        self._before = (QUERY, PASSAGE) if is_e5(model) else ("", "")
        self._asked, self._built = (_client(base_url, key, model, *limits) for limits in (_ASKED, _BUILT))

    @property
    def fingerprint(self) -> str:
        """Without the address: the same model behind another one is the same model. Raises ModelError."""
        return f"{self._model}@endpoint-{self.dimension}"

    @cached_property
    def dimension(self) -> int:
        """Asked of the service once. Raises ModelError."""
        return int(self._request(self._asked, ["dimension"]).shape[1])

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._vectors(self._asked, [self._before[0] + text])[0]]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                found = list(pool.map(self._batch, batches))
            finally:
                pool.shutdown(cancel_futures=True)  # where one failed
        return [[float(value) for value in row] for rows in found for row in rows]

    def embed_question(self, text: str) -> QuestionVectors:
        return without_tokens(self.embed_query(text))

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        return embed_separately(self.embed_documents, passages)

    def _batch(self, texts: list[str]) -> Vector:
        return self._vectors(self._built, [self._before[1] + text for text in texts])

    def _vectors(self, client: "OpenAIEmbeddings", texts: list[str]) -> Vector:
        """Shape (len(texts), dimension)."""
        rows = self._request(client, [readable(text).strip() or "-" for text in texts])  # many refuse an empty text
        if rows.shape != (len(texts), self.dimension):
            raise self._failed(
                f"{len(texts)} texts came back as vectors of shape {rows.shape}, not of {self.dimension}"
            )
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def _request(self, client: "OpenAIEmbeddings", texts: list[str]) -> Vector:
        try:
            rows = np.asarray(client.embed_documents(texts), dtype=np.float32)
        except openai.APIStatusError as error:
            raise self._failed(f"HTTP {error.status_code}", _ADVICE.get(error.status_code, "")) from None
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            slow = isinstance(error, openai.APITimeoutError | httpx2.TimeoutException)
            raise self._failed("no reply in time" if slow else "no connection") from None
        except Exception as error:  # whatever a reply does to the client
            raise self._failed(f"an unreadable reply: {type(error).__name__}") from None
        if rows.ndim != 2 or not np.isfinite(rows).all() or not rows.any(axis=1).all():
            raise self._failed("an unreadable reply: no vectors")
        return rows

    def _failed(self, said: str, todo: str = "") -> ModelError:
        """In our own words: a service's may hold the key, or what was sent."""
        todo = todo or "check KOTAE_EMBEDDING_BASE_URL and the service behind it"
        return ModelError(f"The embedding model {self._model} does not answer ({said}): {todo}.")


def _client(base_url: str, key: SecretStr, model: str, seconds: float, tries: int) -> "OpenAIEmbeddings":
    from langchain_openai import OpenAIEmbeddings

    return OpenAIEmbeddings(
        openai_api_base=base_url,
        openai_api_key=given_key(key),
        model=model,
        check_embedding_ctx_length=False,  # texts go as they are: no tokenizer is fetched for them
        chunk_size=_BATCH,
        openai_api_type="openai",  # whatever the environment says
        request_timeout=httpx2.Timeout(seconds, connect=_CONNECT),
        max_retries=tries,
        model_kwargs={"encoding_format": "float"},  # base64, the client's own choice, is not spoken everywhere
    )

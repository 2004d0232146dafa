"""One index version on disk: an immutable folder, written whole or not at all.

documents.jsonl         one `Document` a line
chunks.jsonl            one `Chunk` a line; the line's number is the chunk's position
vectors.faiss           a row for every chunk's passage, then one for every FAQ question
rows.npy                the chunk of each row
sentences.npy           float16, a row for every sentence, in the order of the chunks
tokens.npy              the signs of every token's direction, in the order of the chunks
token_counts.npy        the number of tokens of each chunk
lexical/                BM25
manifest.json           written last: `Manifest`, with the SHA-256 of every other file
"""

import hashlib
import os
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
from pydantic import TypeAdapter, ValidationError

from app.adapters.bm25_index import Bm25Index
from app.adapters.faiss_index import FaissIndex
from app.adapters.token_index import TokenIndex
from app.domain.knowledge import Audience, Chunk, Document, Manifest, Quarantined, Skipped, translated
from app.domain.ports import PassageVectors, Vector
from app.errors import DamagedIndex

FORMAT = 2
_UNFINISHED = ".unfinished-"
_DAY_S = 86_400
_document_json = TypeAdapter(Document)
_chunk_json = TypeAdapter(Chunk)
_manifest_json = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """A chunk with its vectors; `question` is the second vector of a FAQ entry."""

    chunk: Chunk
    vectors: PassageVectors
    question: Vector | None = None


def write_version(
    directory: Path,
    documents: Iterable[Document],
    chunks: Iterable[EmbeddedChunk],
    *,
    model: str,
    created_at: datetime,
    skipped: Sequence[Skipped] = (),
    quarantined: Sequence[Quarantined] = (),
    seconds: Mapping[str, float] | None = None,
) -> Manifest:
    """Write `directory/<version>/` and return its manifest; nothing is promoted.

    At least one chunk. `model` is the embedder's fingerprint; `seconds` are by stage, to which "write" is added.
    The folder takes its name only when every file is on the disk: a killed build leaves nothing that could be served.
    """
    began = time.perf_counter()
    _remove_abandoned(directory)
    folder = directory / f"{_UNFINISHED}{uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        n_documents = _write_lines(folder / "documents.jsonl", map(_document_json.dump_json, documents))
        n_chunks, dimension = _write_chunks(folder, chunks)
        files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in _files(folder)}
        content = hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in files.items()).encode())
        manifest = Manifest(
            version=f"{created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content.hexdigest()[:8]}",
            created_at=created_at,
            model=model,
            dimension=dimension,
            documents=n_documents,
            chunks=n_chunks,
            format=FORMAT,
            skipped=tuple(skipped),
            quarantined=tuple(quarantined),
            seconds={**(seconds or {}), "write": round(time.perf_counter() - began, 3)},
            files=files,
        )
        (folder / "manifest.json").write_bytes(_manifest_json.dump_json(manifest, indent=2))
        _publish(folder, directory / manifest.version)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Raises DamagedIndex where it is missing, unreadable or of another format."""
    try:
        manifest = _manifest_json.validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError):
        raise damaged(folder, "manifest.json is missing or unreadable") from None
    if manifest.format != FORMAT:
        raise damaged(folder, f"its format is {manifest.format} and this release of Kotae reads {FORMAT}")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises DamagedIndex for the first file that is missing or does not have the manifest's SHA-256."""
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise damaged(folder, f"{name} is missing")
        if sha256_of(path) != digest:
            raise damaged(folder, f"{name} was altered")


def damaged(folder: Path, what: str) -> DamagedIndex:
    return DamagedIndex(
        f"The index version {folder.name} in {folder.parent} cannot be used: {what}. "
        "Go back to an older one with `kotae index rollback`, or build it again with `make index`."
    )


class LoadedIndex:
    """A version in memory, as `ChunkIndex`. Sentence vectors and articles stay on the disk until asked for."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """`folder` has been checked against `manifest`."""
        self.manifest = manifest
        self.chunks: Sequence[Chunk] = [
            _chunk_json.validate_json(line) for line in (folder / "chunks.jsonl").read_bytes().splitlines()
        ]
        audiences = [chunk.audience for chunk in self.chunks]
        self._dense = FaissIndex.load(folder, audiences)
        self._lexical = Bm25Index.load(folder / "lexical", audiences)
        self._tokens = TokenIndex.load(folder)
        self._means = DocumentMeans(self.chunks, self._dense.passages)
        languages = np.array([chunk.lang for chunk in self.chunks])
        self._language_means: dict[str, Vector] = {
            str(lang): self._dense.passages[languages == lang].mean(axis=0) for lang in np.unique(languages)
        }
        self._sentences = np.load(folder / "sentences.npy", mmap_mode="r").view(np.ndarray)
        self._sentence_starts = np.cumsum([0, *(len(chunk.sentences) for chunk in self.chunks)])
        self._documents = DocumentFile(folder / "documents.jsonl")
        self._translated = translated(self.chunks, self._documents.originals)

    def dense(self, query: Vector, audience: Audience, k: int) -> list[tuple[int, float]]:
        return self._dense.search(query, audience, k)

    def lexical(self, query: str, audience: Audience, k: int) -> list[tuple[int, float]]:
        return self._lexical.search(query, audience, k)

    def cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        return self._dense.cosines(query, positions)

    def document_cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        return self._means.cosines(query, positions)

    def language_mean(self, lang: str) -> Vector:
        return self._language_means.get(lang, np.zeros(self.manifest.dimension, dtype=np.float32))

    def token_similarities(self, tokens: Vector, positions: Sequence[int]) -> Vector:
        return self._tokens.similarities(tokens, positions)

    def coverage(self, terms: Collection[str], positions: Sequence[int]) -> tuple[Vector, float]:
        return self._lexical.coverage(terms, positions)

    def frequency(self, term: str) -> int:
        return self._lexical.frequency(term)

    def has_translation(self, position: int) -> bool:
        return self.chunks[position].document_id in self._translated

    def nearest_sentences(self, query: Vector, positions: Sequence[int]) -> list[tuple[int, float]]:
        chunks = np.asarray(positions, dtype=np.int64)
        ends = self._sentence_starts[chunks + 1]
        counts = ends - self._sentence_starts[chunks]
        behind = np.cumsum(counts)  # of each chunk, among the rows of all
        rows = np.arange(counts.sum()) + np.repeat(ends - behind, counts)
        cosines = np.asarray(self._sentences[rows], dtype=np.float32) @ query
        parts = [cosines[end - count : end] for end, count in zip(behind.tolist(), counts.tolist(), strict=True)]
        return [(best := int(part.argmax()), float(part[best])) for part in parts]

    def sentence_vectors(self, position: int) -> Vector:
        first, end = self._sentence_starts[position : position + 2]
        return np.asarray(self._sentences[first:end], dtype=np.float32)

    def document(self, document_id: str) -> Document | None:
        return self._documents.get(document_id)


class DocumentMeans:
    """The mean of the passage vectors of each document, scaled to length 1."""

    def __init__(self, chunks: Sequence[Chunk], passages: Vector) -> None:
        numbers: dict[str, int] = {}
        self._document_of = np.array([numbers.setdefault(chunk.document_id, len(numbers)) for chunk in chunks])
        sums = np.zeros((len(numbers), passages.shape[1]), dtype=np.float32)
        np.add.at(sums, self._document_of, passages)
        # A mean of opposite vectors has no direction: near nothing.
        self._means = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.finfo(np.float32).tiny)

    def cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        found: Vector = self._means[self._document_of[np.asarray(positions, dtype=np.int64)]] @ query
        return found


class DocumentFile:
    """Articles by id, read from `documents.jsonl` one at a time: only their places are kept in memory, and of what
    article each translation is one, `originals`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, int] = {}
        self.originals: dict[str, str] = {}
        with path.open("rb") as lines:
            place = 0
            for line in lines:
                document = _document_json.validate_json(line)
                self._places[document.id] = place
                if document.translation_of:
                    self.originals[document.id] = document.translation_of
                place += len(line)

    def get(self, document_id: str) -> Document | None:
        place = self._places.get(document_id)
        if place is None:
            return None
        with self._path.open("rb") as lines:
            lines.seek(place)
            return _document_json.validate_json(lines.readline())


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_chunks(folder: Path, embedded: Iterable[EmbeddedChunk]) -> tuple[int, int]:
    """Returns the number of chunks and the dimension of their vectors."""
    chunks, passages, sentences, tokens, questions = [], [], [], [], {}
    for position, item in enumerate(embedded):
        chunks.append(item.chunk)
        passages.append(item.vectors.passage)
        sentences.append(item.vectors.sentences.astype(np.float16))
        tokens.append(item.vectors.tokens)
        if item.question is not None:
            questions[position] = item.question
    _write_lines(folder / "chunks.jsonl", map(_chunk_json.dump_json, chunks))
    np.save(folder / "sentences.npy", np.concatenate(sentences))
    FaissIndex.build(np.stack(passages), questions, [chunk.audience for chunk in chunks]).save(folder)
    TokenIndex.build(tokens, passages[0].shape[0]).save(folder)
    Bm25Index.build(chunks).save(folder / "lexical")
    return len(chunks), passages[0].shape[0]


def _write_lines(path: Path, lines: Iterable[bytes]) -> int:
    count = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
            count += 1
    return count


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _publish(folder: Path, final: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        sync(path)
    if not final.exists():  # the same content built twice within a second
        folder.rename(final)
    sync(final.parent)


def sync(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_abandoned(directory: Path) -> None:
    """Folders that a killed build left a day ago or earlier; a younger one may belong to a build that is running."""
    for folder in directory.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _DAY_S:
            shutil.rmtree(folder, ignore_errors=True)

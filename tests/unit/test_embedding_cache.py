"""The embedding cache: what was computed is not computed again, and nothing wrong ever comes out of it."""

import logging
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedding_cache import EmbeddingCache, passage_key
from app.domain.knowledge import Span
from app.domain.ports import Passage, PassageVectors
from app.settings import ROOT

TEXT = "返品できます。送料はお客様のご負担です。"
PASSAGE = Passage("返品", TEXT, (Span(0, 7), Span(7, 20)))


def vectors_of(passage: Passage) -> PassageVectors:
    [(_, vectors)] = HashingEmbedder().embed_passages([passage])
    return vectors


def test_vectors_come_back_bit_for_bit(tmp_path: Path) -> None:
    with EmbeddingCache(tmp_path) as cache:
        cache.put_many("model", {"key": vectors_of(PASSAGE), "bare": vectors_of(Passage("", "送料"))})
    with EmbeddingCache(tmp_path) as cache:
        found = cache.get_many("model", ["key", "bare", "unknown"])
    assert set(found) == {"key", "bare"}
    assert found["key"].passage.tobytes() == vectors_of(PASSAGE).passage.tobytes()
    assert found["key"].sentences.tobytes() == vectors_of(PASSAGE).sentences.tobytes()
    assert found["key"].tokens.tobytes() == vectors_of(PASSAGE).tokens.tobytes() != b""
    assert found["bare"].sentences.shape == (0, 64)


def test_a_file_from_before_there_were_signs_stays_good(tmp_path: Path) -> None:
    EmbeddingCache(tmp_path).close()
    row = np.ones(4, dtype="<f4").tobytes()
    connection = sqlite3.connect(tmp_path / "vectors.sqlite")
    connection.execute("ALTER TABLE vectors DROP COLUMN signs")
    connection.execute("INSERT INTO vectors VALUES ('model', 'key', 4, ?, ?)", (crc32(row), row))
    connection.commit()
    connection.close()
    with EmbeddingCache(tmp_path) as cache:
        found = cache.get_many("model", ["key"])["key"]
        cache.put_many("model", {"new": vectors_of(PASSAGE)})
    assert found.passage.tolist() == [1, 1, 1, 1]
    assert found.tokens.shape == (0, 1)


def test_another_model_has_its_own_vectors(tmp_path: Path) -> None:
    with EmbeddingCache(tmp_path) as cache:
        cache.put_many("model", {"key": vectors_of(PASSAGE)})
        assert cache.get_many("another", ["key"]) == {}


def test_more_keys_than_sqlite_takes_in_one_query(tmp_path: Path) -> None:
    items = {f"key{n}": vectors_of(Passage("", "a")) for n in range(1201)}
    with EmbeddingCache(tmp_path) as cache:
        cache.put_many("model", items)
        assert cache.get_many("model", list(items)).keys() == items.keys()


@pytest.mark.parametrize(
    "other",
    [
        Passage("交換", PASSAGE.text, PASSAGE.sentences),
        Passage(PASSAGE.context, PASSAGE.text + "。", PASSAGE.sentences),
        Passage(PASSAGE.context, PASSAGE.text, PASSAGE.sentences[:1]),
        Passage("返品 返品", TEXT.removeprefix("返品"), PASSAGE.sentences),
    ],
)
def test_the_key_tells_apart_whatever_changes_a_vector(other: Passage) -> None:
    assert passage_key(other) != passage_key(PASSAGE)


@pytest.mark.parametrize("content", [b"this is not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "vectors.sqlite").write_bytes(content)
    with caplog.at_level(logging.WARNING), EmbeddingCache(tmp_path) as cache:
        assert cache.get_many("model", ["key"]) == {}
        cache.put_many("model", {"key": vectors_of(PASSAGE)})
        assert set(cache.get_many("model", ["key"])) == {"key"}
    assert "is damaged" in caplog.text
    assert [path.read_bytes() for path in tmp_path.glob("*.damaged-*")] == [content]


def test_a_file_that_loses_its_pages_while_it_is_open_is_begun_anew(tmp_path: Path) -> None:
    with EmbeddingCache(tmp_path) as cache:
        cache.put_many("model", {f"key{n}": vectors_of(PASSAGE) for n in range(200)})
    path = tmp_path / "vectors.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with EmbeddingCache(tmp_path) as cache:
        assert cache.get_many("model", ["key7"]) == {}
        cache.put_many("model", {"key7": vectors_of(PASSAGE)})
        assert set(cache.get_many("model", ["key7"])) == {"key7"}


def test_an_altered_row_counts_as_missing(tmp_path: Path) -> None:
    with EmbeddingCache(tmp_path) as cache:
        cache.put_many("model", {"good": vectors_of(PASSAGE), "bad": vectors_of(PASSAGE)})
    connection = sqlite3.connect(tmp_path / "vectors.sqlite")
    connection.execute("UPDATE vectors SET data = zeroblob(length(data)) WHERE key = 'bad'")
    connection.commit()
    connection.close()
    with EmbeddingCache(tmp_path) as cache:
        assert set(cache.get_many("model", ["good", "bad"])) == {"good"}


FILL = """
import os, signal, sys
from pathlib import Path
import numpy as np
from app.adapters.embedding_cache import EmbeddingCache
from app.domain.ports import PassageVectors

directory, name, killed_after = sys.argv[1:]
cache = EmbeddingCache(Path(directory))
for n in range(40):
    cache.put_many("model", {f"{name}{n}": PassageVectors(np.ones(4, np.float32), np.ones((1, 4), np.float32))})
    if n == int(killed_after):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def fill(directory: Path, name: str, killed_after: int = -1) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", FILL, str(directory), name, str(killed_after)], cwd=ROOT)


def test_two_processes_fill_it_together(tmp_path: Path) -> None:
    workers = [fill(tmp_path, name) for name in "ab"]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    with EmbeddingCache(tmp_path) as cache:
        assert len(cache.get_many("model", [f"{name}{n}" for name in "ab" for n in range(40)])) == 80


def test_a_killed_process_loses_nothing_it_had_put(tmp_path: Path) -> None:
    assert fill(tmp_path, "a", killed_after=20).wait(60) == -signal.SIGKILL
    with EmbeddingCache(tmp_path) as cache:
        assert len(cache.get_many("model", [f"a{n}" for n in range(40)])) == 21

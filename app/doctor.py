"""What is wrong with this installation, and what to do about it: one finding a check, nothing changed."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from app.adapters.index_registry import FileIndexRegistry
from app.adapters.site_file import load_site
from app.disk import MB, disk_of
from app.domain.ports import Embedder
from app.errors import ChatModelError, DatabaseError, KotaeError, ModelError, NoIndex, SettingsError
from app.model_check import LONGEST_PROMPT, check_model
from app.settings import Settings
from app.wiring.models import open_embedder, open_reranker
from app.wiring.records import make_home


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is one sentence or two: what was found and, where it is not well, what to do. It holds no secret."""

    check: str
    status: Status
    message: str


class Warned(Exception):
    """Works, and should be known."""


def examine(load: Callable[[], Settings]) -> Iterator[Finding]:
    """Each finding as soon as it is known; a check that does not end in its time is one too."""
    try:
        settings = load()
    except SettingsError as error:
        yield Finding("settings", Status.WRONG, str(error))
        return
    checks = _Checks(settings)
    for check, seconds in (
        (checks.settings, 30.0),
        (checks.home, 10.0),
        (checks.disk, 10.0),
        (checks.database, 30.0),
        (checks.redis, 10.0),
        (checks.embedding, 180.0),
        (checks.index, 120.0),
        (checks.reranker, 180.0),
        (checks.model, 30.0 + 3 * settings.llm_seconds),
    ):
        status, message = _within(seconds, check)
        yield Finding(check.__name__, status, settings.without_secrets(message))


def _within(seconds: float, check: Callable[[], str]) -> tuple[Status, str]:
    """In a thread that may be left behind: it ends with the process."""
    told = [(Status.WRONG, f"This check did not end within {seconds:.0f} s: what it asks hangs.")]

    def run() -> None:
        try:
            told[0] = (Status.OK, check())
        except Warned as warning:
            told[0] = (Status.WARNING, str(warning))
        except KotaeError as error:
            told[0] = (Status.WRONG, str(error))
        except Exception as error:  # its own words are not known to be free of secrets
            told[0] = (Status.WRONG, f"This check broke off ({type(error).__name__}).")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return told[0]


class _Checks:
    """Each says what is well, or raises Warned or a KotaeError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedder: Embedder | None = None  # where it answers

    def settings(self) -> str:
        site = load_site(self._settings.site_file)
        return f"They can be read, and so can the site's facts in {self._settings.site_file} ({site.name.en})."

    def home(self) -> str:
        make_home(self._settings)
        return f"{self._settings.home.resolve()} can be written to."

    def disk(self) -> str:
        folder = self._settings.home.resolve()
        disk = disk_of(folder)
        said = f"{disk.free / MB:,.0f} MB are free in {folder}"
        if disk.is_full:
            raise SettingsError(f"Only {said}: make room, or name another folder in KOTAE_HOME.")
        if disk.is_nearly_full:
            raise Warned(f"Only {said}, and every index version that is built takes some.")
        return f"{said}."

    def database(self) -> str:
        from app.adapters.database import open_engine, schema_is_current

        engine = open_engine(self._settings.sqlalchemy_url)
        is_file = engine.dialect.name == "sqlite"
        if is_file and engine.url.database and not Path(engine.url.database).exists():
            return "There is none yet: the first start makes it."
        if schema_is_current(engine):
            return "It can be reached and has the schema of this release."
        if is_file:
            return "It has the schema of an earlier release: the next start brings it up to date."
        raise DatabaseError("It has the schema of an earlier release, or none: run `kotae db upgrade`.")

    def redis(self) -> str:
        if not self._settings.redis_url:
            return "None is set: each server counts its limits for itself."
        from app.adapters.limiter_redis import check_redis

        check_redis(self._settings.redis_url)
        return "It answers: all servers count limits together."

    def embedding(self) -> str:
        embedder = open_embedder(self._settings)
        embedder.embed_query("返品")
        self._embedder = embedder
        if self._settings.embedding_model == "embedded":
            return f"The embedded model answers ({embedder.fingerprint})."
        raise Warned(
            f'The model {embedder.fingerprint} answers. When to say "I don\'t know" was fitted on the embedded one: '
            "with another, more or less may be declined. Measure it with `kotae eval answers` on questions of your own."
        )

    def index(self) -> str:
        registry = FileIndexRegistry(self._settings.index_dir, self._embedder)
        version = registry.current()
        if version is None:
            raise NoIndex("Nothing is indexed yet: run `kotae ingest DIR`.")
        manifest = registry.load(version).manifest
        said = f"{version} is whole: {manifest.documents} documents, {manifest.chunks} chunks"
        if not self._embedder:
            raise Warned(f"{said}. Whether it fits the embedding model cannot be told.")
        if manifest.skipped:
            raise Warned(f"{said}; {len(manifest.skipped)} files or rows were skipped: see `kotae index show`.")
        return f"{said}."

    def reranker(self) -> str:
        reranker = open_reranker(self._settings)
        if reranker is None:
            return "None is set: what is found keeps its order."
        if not np.isfinite(reranker.scores("返品", ["返品について", "Delivery"])).all():
            raise ModelError(f"The reranker {reranker.fingerprint} gives no numbers: name another in KOTAE_RERANKER.")
        return f"{reranker.fingerprint} answers."

    def model(self) -> str:
        if wrong := check_model(self._settings, LONGEST_PROMPT):
            raise ChatModelError(wrong)
        if not self._settings.llm_model:
            return "None is set: answers are quoted from the articles."
        return f"{self._settings.llm_model} answers, also a prompt as long as the longest."

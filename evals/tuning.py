"""What tuning may read: everything but the test splits, `test*.jsonl` below evals/datasets."""

import sys
from pathlib import Path

from app.errors import EvalError

_DATASETS = Path(__file__).resolve().parent / "datasets"


def keep_test_splits_shut() -> None:
    """From now on, opening a test split raises EvalError, in whatever code of this process. Cannot be undone."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not isinstance(arguments[0], str | bytes | Path):
        return
    path = arguments[0].decode(errors="replace") if isinstance(arguments[0], bytes) else str(arguments[0])
    name = path.rpartition("/")[2]
    if name.startswith("test") and name.endswith(".jsonl") and Path(path).resolve().is_relative_to(_DATASETS):
        raise EvalError(f"{path} is a test split, which tuning never reads; measure it with `kotae eval`.")

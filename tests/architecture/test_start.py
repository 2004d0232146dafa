"""What a start may not cost."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

SLOW = (
    "torch",
    "transformers",
    "sentence_transformers",
    "langchain",
    "langchain_core",
    "spacy",
    "onnxruntime",
    "faiss",
    "scipy",
)


def _imported_by(code: str) -> set[str]:
    """Top-level names in `sys.modules` of a fresh interpreter after `code`."""
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stderr.splitlines()[-1].split()}


@pytest.mark.parametrize(
    "code",
    [
        "sys.argv = ['kotae', '--help']; from app.cli import main; main()",
        "import app.main",
        "import app.bootstrap",
        "import ingestion.build",
    ],
    ids=["kotae --help", "app.main", "app.bootstrap", "ingestion.build"],
)
def test_no_model_library_is_imported(code: str) -> None:
    imported = _imported_by(code)
    assert imported & {"app"}
    assert imported & set(SLOW) == set()

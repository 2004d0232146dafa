"""Who may import whom (docs: architecture), and what may not be imported at all."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, Source, sources

SLOW = {
    "bm25s", "datasets", "faiss", "langchain", "langchain_community", "langchain_core", "langchain_openai",
    "langchain_text_splitters", "onnx", "onnxruntime", "openai", "presidio_analyzer", "ragas", "sentence_transformers", "sklearn", "spacy",
    "torch", "transformers",
}  # fmt: skip
SLOW_ALLOWED = (
    "app/adapters/",
    "ingestion/load/",
    "ingestion/chunk",
    "evals/scorers/",
    "evals/bench/rival_pipelines",
    "evals/tagger_fit",
)
DOMAIN_ALLOWED = {"app", "numpy", "pydantic", "sqlmodel"} | set(sys.stdlib_module_names)
UNSAFE_MODULES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
UNSAFE_CALLS = {"eval", "exec"}


def test_the_import_contracts_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_domain_rests_on_values_and_arrays_only() -> None:
    foreign = [
        f"{source.path} imports {name}"
        for source in sources("app/domain")
        for name in source.imports()
        if name.partition(".")[0] not in DOMAIN_ALLOWED
        or (name.startswith("app.") and not name.startswith(("app.domain", "app.errors")))
    ]
    assert foreign == []


def test_models_and_search_engines_are_imported_only_at_the_edges() -> None:
    strayed = [
        f"{source.path} imports {name}"
        for source in sources(*PACKAGES)
        if not source.path.startswith(SLOW_ALLOWED)
        for name in source.imports()
        if name.partition(".")[0] in SLOW
    ]
    assert strayed == []


def test_only_settings_reads_the_environment() -> None:
    readers = [
        source.path
        for source in sources("app", "ingestion")
        if source.path != "app/settings.py" and any(_reads_environment(node) for node in ast.walk(source.tree))
    ]
    assert readers == []


def test_nothing_unpickles_or_evaluates() -> None:
    assert [found for source in sources(*PACKAGES) for found in _unsafe(source)] == []


@pytest.mark.parametrize("code", ["import pickle", "eval('1')", "np.load(p, allow_pickle=True)", "torch.load(p)"])
def test_the_search_for_unsafe_loading_finds_it(code: str) -> None:
    assert _unsafe(Source("x.py", code, ast.parse(code))) != []


def _reads_environment(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os"


def _unsafe(source: Source) -> list[str]:
    found = [f"{source.path} imports {name}" for name in source.imports() if name.partition(".")[0] in UNSAFE_MODULES]
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return found + [f"{source.path}:{call.lineno}: {ast.unparse(call)}" for call in calls if _is_unsafe(call)]


def _is_unsafe(call: ast.Call) -> bool:
    pickled = any(
        word.arg == "allow_pickle" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
        for word in call.keywords
    )
    return pickled or ast.unparse(call.func) in UNSAFE_CALLS | {"torch.load"}

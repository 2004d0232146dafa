"""The container files, as far as they can be checked where there is no container engine."""

import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from app.settings import PREFIX, Settings
from tests.architecture.sources import ROOT
from tests.service_process import KOTAE

DEPLOY = ROOT / "deploy"
NAMES = {PREFIX + name.upper() for name in Settings.model_fields}
PINNED = re.compile(r"(python|postgres|redis):\d+\.\d+(\.\d+)?-[a-z-]+|kotae:\d+\.\d+\.\d+")
FILES = [DEPLOY / "Dockerfile", DEPLOY / "compose.yaml", ROOT / ".dockerignore"]


def _instructions() -> list[dict[str, Any]]:
    parser = DockerfileParser(str(DEPLOY / "Dockerfile"))
    parsed: list[dict[str, Any]] = parser.structure
    return [step for step in parsed if step["instruction"] != "COMMENT"]


def _values(instruction: str) -> list[str]:
    return [step["value"] for step in _instructions() if step["instruction"] == instruction]


def _last_stage() -> list[dict[str, Any]]:
    steps = _instructions()
    starts = [n for n, step in enumerate(steps) if step["instruction"] == "FROM"]
    return steps[starts[-1] :]


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def _copied() -> list[str]:
    """Paths of the repository that go into the image."""
    copies = [value.split() for value in _values("COPY") if not value.startswith("--from=")]
    return [source for parts in copies for source in parts[:-1]]


def test_there_are_two_stages_on_the_same_slim_python() -> None:
    images = [value.split()[0] for value in _values("FROM")]
    assert len(images) == 2
    assert len(set(images)) == 1
    assert "-slim" in images[0]


def test_every_image_has_the_tag_of_one_release() -> None:
    images = [value.split()[0] for value in _values("FROM")]
    images += [service["image"] for service in _compose()["services"].values()]
    assert [image for image in images if not PINNED.fullmatch(image)] == []


def test_the_service_is_not_root_and_is_told_to_stop_as_it_listens_for() -> None:
    last = {step["instruction"]: step["value"] for step in _last_stage()}
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last["USER"])
    assert (last["STOPSIGNAL"], last["VOLUME"]) == ("SIGTERM", "/data")
    assert json.loads(last["ENTRYPOINT"]) + json.loads(last["CMD"]) == ["kotae", "serve"]
    order = [step["instruction"] for step in _last_stage()]
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert "RUN" not in order[order.index("USER") :]


def test_the_image_says_whether_it_is_alive() -> None:
    [check] = _values("HEALTHCHECK")
    command = json.loads(check[check.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/healthz" in command[2]


def test_the_model_is_made_while_the_image_is_built() -> None:
    [making] = [value for value in _values("RUN") if "ensure_model" in value]
    [code] = re.findall(r'-c "([^"]+)"', making)
    compile(code, "Dockerfile", "exec")
    home = {step["instruction"]: step["value"] for step in _last_stage()}["ENV"]
    assert "KOTAE_MODELS_DIR=/kotae/models" in home


def test_everything_that_is_copied_exists_and_is_not_ignored() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"]
    kept = [line[1:] for line in lines if line.startswith("!")]
    for source in _copied():
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern) or source.startswith(f"{pattern}/") for pattern in kept), source


def test_everything_that_is_not_ignored_is_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == {source.partition("/")[0] for source in _copied()}


def test_what_the_service_reads_beside_its_packages_is_in_the_image() -> None:
    read = {"prompts", "site.toml", "kb_sources"}  # app.settings and app.wiring name them below ROOT
    wired = [ROOT / "app" / "settings.py", *(ROOT / "app" / "wiring").glob("*.py")]
    named = {name for path in wired for name in re.findall(r'ROOT / "([a-z_.]+)"', path.read_text(encoding="utf-8"))}
    assert named == read
    assert read <= set(_copied())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    assert set(re.findall(r"KOTAE_[A-Z_]+", path.read_text(encoding="utf-8"))) - NAMES == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_host_is_named_but_this_one(path: Path) -> None:
    """Packages come from where pip looks; of PyTorch's index the Makefile knows."""
    hosts = re.findall(r"https?://([A-Za-z0-9.-]+)", path.read_text(encoding="utf-8"))
    assert set(hosts) <= {"127.0.0.1", "localhost"}


@pytest.mark.slow
def test_what_is_copied_is_all_that_the_service_needs(tmp_path: Path, embedded_model_dir: Path) -> None:
    """As in the image: these files and no others, from a folder that none of the checkout's is near."""
    image = tmp_path / "kotae"
    for source in _copied():
        target = image / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(ROOT / source, target)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "returns.md").write_text("# Returns\n\nUnused goods can be returned within 30 days.\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {"PYTHONPATH": str(image), "KOTAE_HOME": str(tmp_path / "data")}
    environment |= {"KOTAE_MODELS_DIR": str(embedded_model_dir.parent)}
    for words in (["ingest", str(tmp_path / "articles")], ["ask", "Can I return unused goods?"], ["doctor"]):
        run = subprocess.run([*KOTAE, *words], cwd=image, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in (tmp_path / "data").iterdir() if path.name != "cache") == [
        "index", "kotae.db", "vault.key",
    ]  # fmt: skip


def test_a_target_of_the_makefile_installs_what_the_image_needs() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    called = [target for value in _values("RUN") for target in re.findall(r"^make ([a-z-]+)", value)]
    assert called == ["install"]
    assert set(called) <= set(targets)


def test_the_services_can_do_no_more_than_they_need() -> None:
    for name in ("kotae", "upgrade"):
        service = _compose()["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["tmpfs"] == ["/tmp"]  # noqa: S108
    assert all(port.startswith("127.0.0.1:") for port in _compose()["services"]["kotae"]["ports"])
    assert not any("ports" in _compose()["services"][name] for name in ("postgres", "redis"))


def test_the_service_waits_for_its_database_and_is_given_time_to_stop() -> None:
    services, volumes = _compose()["services"], _compose()["volumes"]
    assert services["kotae"]["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"
    assert services["upgrade"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    grace = int(services["kotae"]["stop_grace_period"].removesuffix("s"))
    assert grace > services["kotae"]["environment"]["KOTAE_SHUTDOWN_SECONDS"]
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert used == set(volumes)


def test_no_password_is_written_down() -> None:
    environments = [service.get("environment", {}) for service in _compose()["services"].values()]
    secret = [value for each in environments for name, value in each.items() if "PASSWORD" in name or "@" in str(value)]
    assert len(secret) == 3
    assert all("${POSTGRES_PASSWORD:?" in value for value in secret)

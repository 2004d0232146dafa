"""A wrong setting stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from app.bootstrap import make_home
from app.errors import SettingsError
from app.settings import load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of the checkout


def test_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert (settings.port, settings.embedding_model) == (8000, "embedded")
    assert settings.sqlalchemy_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value"),
    [("KOTAE_PORT", "http"), ("KOTAE_PORT", "0"), ("KOTAE_DEFAULT_LOCALE", "fr"), ("KOTAE_LOG_LEVEL", "loud")],
)
def test_a_value_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_an_unknown_setting_is_refused_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTAE_PROT", "8000")
    with pytest.raises(SettingsError, match="KOTAE_PROT is not a setting"):
        load_settings()


def test_an_unknown_setting_is_refused_from_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# a comment\nKOTAE_HOEM=/tmp\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="KOTAE_HOEM"):
        load_settings()


def test_the_environment_wins_over_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("KOTAE_PORT=9000\n", encoding="utf-8")
    assert load_settings().port == 9000
    monkeypatch.setenv("KOTAE_PORT", "9001")
    assert load_settings().port == 9001


def test_a_home_that_cannot_be_written_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KOTAE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingsError, match="KOTAE_HOME"):
        make_home(load_settings())

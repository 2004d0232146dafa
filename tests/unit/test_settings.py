"""A wrong setting stops the start with one sentence that names it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.adapters.clock import FixedClock
from app.adapters.site_file import load_site
from app.errors import SettingsError
from app.settings import ROOT, Settings, load_settings
from app.wiring.models import open_chat_model
from app.wiring.records import make_home
from tests.builders import NOON


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


def test_without_an_address_there_is_no_model() -> None:
    assert open_chat_model(load_settings(), load_site(ROOT / "site.toml"), FixedClock(NOON)) is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"llm_base_url": "http://127.0.0.1:9/v1"}, "KOTAE_LLM_MODEL is empty"),
        ({"llm_model": "m"}, "KOTAE_LLM_BASE_URL is empty"),
        ({"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "m", "llm_daily_budget": 5}, "KOTAE_LLM_PRICE_IN"),
    ],
)
def test_half_a_model_stops_the_start(given: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        open_chat_model(load_settings().model_copy(update=given), load_site(ROOT / "site.toml"), FixedClock(NOON))


@pytest.mark.parametrize(
    ("address", "away"),
    [
        ("", False),
        ("http://127.0.0.1:11434/v1", False),
        ("http://localhost:8080/v1", False),
        ("http://[::1]:8080/v1", False),
        ("https://api.example/v1", True),
        ("http://127.example/v1", True),
        ("http://192.168.0.7/v1", True),
    ],
)
def test_a_model_elsewhere_is_known_as_such(address: str, away: bool) -> None:
    assert Settings(llm_base_url=address).sends_away is away
    assert Settings(embedding_base_url=address).searches_away is away


def test_a_key_is_not_shown() -> None:
    assert "sk-1" not in repr(Settings(llm_api_key=SecretStr("sk-1")))

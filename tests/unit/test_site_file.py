"""`site.toml`: what is wrong in it is told with the file and the line or key."""

from pathlib import Path

import pytest

from app.adapters.site_file import load_site
from app.domain.site import Site
from app.errors import SettingsError
from app.settings import ROOT

TEXT = (ROOT / "site.toml").read_text(encoding="utf-8")


def load(directory: Path, text: str) -> Site:
    file = directory / "site.toml"
    file.write_text(text, encoding="utf-8")
    return load_site(file)


def test_the_sample_site_is_read() -> None:
    site = load_site(ROOT / "site.toml")
    assert (site.name["ja"], site.name["en"]) == ("あおば家電", "Aoba Home Electronics")
    assert site.contact.phone == "0120-000-417"
    assert site.reply_minutes == 30
    assert len(site.suggestions["ja"]) == len(site.suggestions["en"]) == 4


@pytest.mark.parametrize(
    ("written", "wrong", "told"),
    [
        ('monday = "09:00-18:00"', 'monday = "9-18"', "hours.monday"),
        ('monday = "09:00-18:00"', 'monday = "18:00-09:00"', "close after it opens"),
        ('monday = "09:00-18:00"', 'monday = "09:00-25:00"', "by 24:00"),
        ('monday = "09:00-18:00"', 'monday = ["09:00-12:00", "11:00-18:00"]', "in order and apart"),
        ('monday = "09:00-18:00"', 'mondey = "09:00-18:00"', "hours.mondey"),
        ('time_zone = "Asia/Tokyo"', 'time_zone = "Asia/Toyko"', "time_zone"),
        ("reply_minutes = 30", "reply_minutes = 0", "reply_minutes"),
        ("reply_minutes = 30", "reply_minutes = ", "line 5"),
        ('public_holidays = "JP"', 'public_holidays = "Japan"', "hours.public_holidays"),
        ('en = "Aoba Home Electronics"', "", "name.en"),
        ('phone = "0120-000-417"', 'phone = " "', "contact.phone"),
        ('url = "https://aoba.example"', 'url = "javascript:alert(1)"', "contact.url"),
        ('from = "12-29"', 'from = "12-32"', '"12-32" should be a day'),
        ('from = "12-29"', 'from = "2026-12-29"', "both have a year"),
        ('  "返品の送料は誰が払いますか",', '  "a", "b", "c", "d", "e",', "suggestions.ja"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, written: str, wrong: str, told: str) -> None:
    assert written in TEXT
    with pytest.raises(SettingsError, match=r"site\.toml") as refused:
        load(tmp_path, TEXT.replace(written, wrong, 1))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("closure", ['from = "01-01"\nto = "12-31"', 'from = "07-01"\nto = "06-30"'])
def test_a_site_that_is_closed_all_year_is_refused(tmp_path: Path, closure: str) -> None:
    closed = f'{TEXT}\n[[closures]]\nname = {{ ja = "休業", en = "Closed" }}\n{closure}\n'
    with pytest.raises(SettingsError, match="never opens"):
        load(tmp_path, closed)


def test_a_site_without_hours_is_refused(tmp_path: Path) -> None:
    days = [line for line in TEXT.splitlines() if not line.split(" ")[0].endswith("day")]
    with pytest.raises(SettingsError, match="never opens"):
        load(tmp_path, "\n".join(days))


def test_dates_may_be_written_as_tomls_own(tmp_path: Path) -> None:
    site = load(tmp_path, f'{TEXT}\n[[closures]]\nname = {{ ja = "棚卸し", en = "Stocktaking" }}\nfrom = 2026-11-30\n')
    assert site.closures[-1].name.ja == "棚卸し"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "site.toml"
    if content:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"site\.toml cannot be read"):
        load_site(file)

"""The design tokens keep the contrast that the brief demands, and no other file of the page has a colour."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "app" / "web"
TOKENS = (WEB / "static" / "tokens.css").read_text(encoding="utf-8")
SHEETS = sorted({*WEB.glob("static/*.css")} - {WEB / "static" / "tokens.css"})
PAGES = sorted([*SHEETS, *WEB.glob("static/*.js"), *WEB.glob("templates/*.html")])

TEXT, LINE = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11
PAIRS = [
    ("text", "bg surface sunken mark note accent-soft bad-soft warn-soft ok-soft info-soft", TEXT),
    ("text-2", "bg surface sunken note accent-soft", TEXT),
    ("accent", "bg surface sunken accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-me", "me", TEXT),
    ("ok", "surface ok-soft", TEXT),
    ("warn", "surface warn-soft", TEXT),
    ("bad", "surface bad-soft", TEXT),
    ("info", "surface info-soft", TEXT),
    ("line-strong", "bg surface sunken", LINE),
    ("mark-edge", "surface", LINE),
    ("focus", "bg surface sunken accent-soft", LINE),
]
TABLE = [(front, back, least) for front, backs, least in PAIRS for back in backs.split()]

_PAIR = re.compile(r"--([\w-]+):light-dark\((#[0-9a-f]{3,6}),(#[0-9a-f]{3,6})\)")
COLOURS = {name: (light, dark) for name, light, dark in _PAIR.findall(TOKENS)}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), TABLE)
def test_contrast(front: str, back: str, least: float, scheme: int) -> None:
    assert contrast(COLOURS[front][scheme], COLOURS[back][scheme]) >= least


def test_the_printed_figures_of_the_brief_hold() -> None:
    figures = {("text", "bg"): (15.3, 15.8), ("text-2", "sunken"): (6.3, 7.2), ("mark-edge", "surface"): (3.9, 8.9)}
    for (front, back), printed in figures.items():
        computed = [round(contrast(COLOURS[front][n], COLOURS[back][n]), 1) for n in (0, 1)]
        assert computed == pytest.approx(list(printed), abs=0.1)


_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b(?!-)|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\(|:\s*(?:white|black|red|gr[ae]y)\b"
)
_ID = re.compile(r'(?:href|id|querySelector(?:All)?)[=(]"[^"]*"|#[\w-]+(?=[ ,.{:\[>])|#i-')


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_colour_outside_the_tokens(path: Path) -> None:
    text = _ID.sub("", path.read_text(encoding="utf-8"))
    assert _COLOUR.findall(text) == []


def test_the_icon_of_the_tab_uses_colours_of_the_tokens() -> None:
    icon = (WEB / "static" / "favicon.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9a-f]+\b", icon)) <= {colour for pair in COLOURS.values() for colour in pair}


def test_the_colour_rule_can_fail() -> None:
    assert _COLOUR.search("color: #fff;")
    assert _COLOUR.search("background: rgb(0 0 0)")
    assert not _COLOUR.search("color: var(--text)")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_text_is_never_justified_and_only_marks_are_marker_yellow(sheet: Path) -> None:
    css = sheet.read_text(encoding="utf-8")
    assert not re.search(r"text-align:\s*justify", css)
    marked = {rule.split("{")[0].strip() for rule in re.findall(r"[^{}]+\{[^{}]*var\(--mark[^{}]*\}", css)}
    assert marked == ({'.chip[aria-expanded="true"]', "mark", ".cited"} if sheet.name == "chat.css" else set())


def test_every_size_and_colour_that_is_used_is_a_token() -> None:
    used = {name for sheet in SHEETS for name in re.findall(r"var\(--([\w-]+)", sheet.read_text(encoding="utf-8"))}
    assert used <= set(re.findall(r"--([\w-]+):", TOKENS))


@pytest.mark.parametrize("path", sorted(WEB.glob("templates/*.html")), ids=lambda path: path.name)
def test_templates_have_no_inline_style_or_script(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert 'src="' in tag or 'type="application/json"' in tag


@pytest.mark.parametrize("path", sorted(WEB.glob("static/*.js")), ids=lambda path: path.name)
def test_scripts_never_write_markup(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text(encoding="utf-8")
    )

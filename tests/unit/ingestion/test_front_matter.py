"""What an article says about itself."""

from datetime import date

import pytest

from app.domain.knowledge import Audience
from ingestion.load.front_matter import FrontMatter, slug, split_front_matter
from ingestion.load.loader import LoadError


def test_every_key_is_read() -> None:
    about, body = split_front_matter(
        "---\nid: ja returns/1\ntitle: 返品 １\nlang: ja\naudience: agent\nowner: cs\nreviewed_on: 2026-09-18\n"
        "review_every: 180d\ntags: [返品, 送料]\nurl: https://aoba.example/a\nsuperseded_by: b\ntranslation_of: c\n"
        "---\n本文"
    )
    assert body.strip() == "本文"
    assert about == FrontMatter(
        id="ja-returns-1",
        title="返品 1",
        lang="ja",
        audience=Audience.AGENT,
        owner="cs",
        reviewed_on=date(2026, 9, 18),
        review_every="180d",
        tags=("返品", "送料"),
        url="https://aoba.example/a",
        superseded_by="b",
        translation_of="c",
    )


@pytest.mark.parametrize(
    ("block", "about"),
    [
        ("", FrontMatter()),
        ("# only a comment", FrontMatter()),
        ("layout: page\nsource-git-commit: c587986", FrontMatter()),
        ("title:\ntags:\nowner:", FrontMatter()),
        ("title: 404", FrontMatter(title="404")),
        ("tags: 返品; 送料", FrontMatter(tags=("返品", "送料"))),
        ("reviewed_on: '2026-09-18'", FrontMatter(reviewed_on=date(2026, 9, 18))),
    ],
)
def test_absent_unknown_and_loose_forms_are_accepted(block: str, about: FrontMatter) -> None:
    assert split_front_matter(f"---\n{block}\n---\nText")[0] == about


@pytest.mark.parametrize(
    ("block", "line", "reason"),
    [
        ("title: A\naudience: agents", 3, "audience must be public or agent"),
        ("audience: Agent", 2, "audience must be public or agent"),
        ("audience:", 2, "audience must be public or agent"),
        ("audience: [agent]", 2, "audience must be public or agent"),
        ("Audience: agent", 2, "unknown: write audience"),
        ("audiance: agent", 2, "unknown: write audience"),
        ("audience: agent\ntitle: A\naudience: public", 4, "given twice"),
        ("title: A\nlang: fr", 3, "lang must be ja or en"),
        ("title: [A]", 2, "title must be a text"),
        ("reviewed_on: soon", 2, "reviewed_on must be a date"),
        ("reviewed_on: 2026-02-30", 1, "not YAML"),
        ("review_every: often", 2, "review_every must be an interval"),
        ("tags: 5", 2, "tags must be a list"),
        ("url: javascript:alert(1)", 2, "url must begin with"),
        ("title: A\ntags: [a, b", 4, "not YAML"),
        ("title: 'A", 3, "not YAML"),
        ("just words", 2, "key: value"),
        ("- a\n- b", 2, "key: value"),
        ("a: !!bool maybe", 1, "not YAML"),
        ("a: !!timestamp soon", 1, "not YAML"),
        ("a: !!python/object/apply:os.getcwd []", 2, "not YAML"),
        ("a: " + "[" * 30_000 + "]" * 30_000, 1, "not YAML"),
    ],
)
def test_a_wrong_key_is_refused_with_its_line(block: str, line: int, reason: str) -> None:
    with pytest.raises(LoadError, match=reason) as caught:
        split_front_matter(f"---\n{block}\n---\nText")
    assert caught.value.line == line


def test_front_matter_that_never_ends_is_refused() -> None:
    with pytest.raises(LoadError, match="never closed"):
        split_front_matter("---\naudience: agent\n\n# Refund limits")


def test_a_rule_further_down_is_not_front_matter() -> None:
    assert split_front_matter("# Returns\n\n---\naudience: agent\n---\n") == (
        FrontMatter(),
        "# Returns\n\n---\naudience: agent\n---\n",
    )


@pytest.mark.parametrize(("name", "expected"), [("ja/返品 手順", "ja-返品-手順"), (" ａ　ｂ ", "a-b"), ("a\\b", "a-b")])
def test_an_id_fits_into_an_address(name: str, expected: str) -> None:
    assert slug(name) == expected

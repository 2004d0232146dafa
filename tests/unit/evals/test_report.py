"""The report: what it says of a suite that passes, fails, cannot decide; and that nothing in it is taken for HTML."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.domain.outcome import Language
from app.errors import EvalError
from evals.compare import compare
from evals.report import per_cent, points, write_markdown, write_report
from evals.run import read_run
from evals.suite import Suite
from evals.tasks import scorers_of
from tests.unit.evals.report_suite import (
    FOLDER,
    HOSTILE,
    claim,
    question,
    rule,
    run_of,
    suite_of,
    unanswerable,
)

MANY = [question(f"q{n}", right=n % 10 > 0) for n in range(40)]
FAILS_AGAINST = [question(f"q{n}") for n in range(40)]
NO_NUMBER = re.compile(r"\b(nan|none|inf|undefined)\b", re.IGNORECASE)


class _Text(HTMLParser):
    """The words of a page, and the elements it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)


def parsed(suite: Suite, lang: Language = "en") -> _Text:
    out = suite.folder / "report.html"
    write_report(suite, out, lang)
    page = _Text()
    page.feed(out.read_text(encoding="utf-8"))
    return page


def text(suite: Suite, lang: Language = "en") -> str:
    return " ".join(" ".join(parsed(suite, lang).words).split())


def failing(folder: Path) -> Suite:
    rules = [rule("correct", 0.95, not_worse=True), rule("false_refusal_rate", 0.5)]
    return suite_of(folder, rules, {"shop": run_of(MANY)}, {"shop": run_of(FAILS_AGAINST)})


def test_a_rule_that_fails_says_what_is_short_and_what_got_worse(tmp_path: Path) -> None:
    shown = text(failing(tmp_path))
    assert "Gate failed: 1 of 2 rules." in shown
    assert "Worse than the baseline: Right answer." in shown
    assert "Short of what is required: Right answer." in shown
    assert "Everything else held." in shown
    assert "4 samples fail that passed in the baseline." in shown
    assert "−10.0" in shown


def test_the_same_in_japanese(tmp_path: Path) -> None:
    page = parsed(failing(tmp_path), "ja")
    shown = " ".join(" ".join(page.words).split())
    assert ("html", {"lang": "ja"}) in page.tags
    assert "不合格：2項目中1項目が合格の条件を満たしていません。" in shown
    assert "ベースラインより悪くなった項目：正しい回答。" in shown
    assert "2026年11月22日 04:22（UTC）" in shown


def test_where_less_is_better_the_row_shows_what_is_left_of_one(tmp_path: Path) -> None:
    before, now = ([unanswerable(f"u{n}", right=n >= bad) for n in range(25)] for bad in (1, 2))
    rules = [rule("false_answer_rate", 0.1)]
    shown = text(suite_of(tmp_path, rules, {"shop": run_of(now)}, {"shop": run_of(before)}))
    assert "1 − false_answer_rate" in shown
    assert all(figure in shown for figure in ("96.0", "92.0", "−4.0", "≥ 90.0"))


def test_all_that_holds_passes(tmp_path: Path) -> None:
    same = run_of(FAILS_AGAINST)
    shown = text(suite_of(tmp_path, [rule("correct", 0.9, not_worse=True)], {"shop": same}, {"shop": same}))
    assert "Gate passed: all 1 rules hold." in shown
    assert "no pair differs" in shown
    assert "No sample fails that passed before." in shown


def test_without_a_baseline_nothing_is_compared_and_every_failing_sample_is_shown(tmp_path: Path) -> None:
    shown = text(suite_of(tmp_path, [rule("correct", 0.5)], {"shop": run_of(MANY)}))
    assert "No baseline has been accepted yet, so nothing is compared." in shown
    assert "no baseline, so all that fail" in shown
    assert "4 · no baseline" in shown


def test_without_a_baseline_that_no_sample_fails_is_not_called_new(tmp_path: Path) -> None:
    shown = text(suite_of(tmp_path, [rule("correct", 0.5)], {"shop": run_of(FAILS_AGAINST)}))
    assert "No sample fails." in shown
    assert "Newly" not in shown


def test_a_rule_without_a_baseline_beside_one_with(tmp_path: Path) -> None:
    rules = [rule("correct", not_worse=True), rule("correct", run="other", not_worse=True)]
    runs = {"shop": run_of(FAILS_AGAINST), "other": run_of(FAILS_AGAINST)}
    shown = text(suite_of(tmp_path, rules, runs, {"shop": run_of(FAILS_AGAINST)}))
    assert "Gate not decided: 1 of 2 rules could not be measured or compared." in shown
    assert "no baseline to compare with" in shown
    assert "Right answer (other)" in shown


def test_what_was_not_measured_is_said_and_never_a_number(tmp_path: Path) -> None:
    lost = [record.model_copy(update={"scores": {"correct": "no result within 1 s"}}) for record in MANY]
    page = parsed(suite_of(tmp_path, [rule("correct", 0.9)], {"shop": run_of(lost)}))
    shown = " ".join(" ".join(page.words).split())
    assert "40 of 40 not measured" in shown
    assert "not measured (40)" in shown
    assert not NO_NUMBER.search(shown)
    assert not re.search(r"\b0\.0\b", shown)
    assert "40: no result within 1 s" in shown


def test_a_run_without_its_data_is_skipped(tmp_path: Path) -> None:
    rules = [rule("correct", 0.5), rule("correct", 0.5, run="public")]
    shown = text(suite_of(tmp_path, rules, {"shop": run_of(FAILS_AGAINST)}))
    assert "1 more were not run: their data is not here." in shown
    assert "not run" in shown


def test_a_suite_without_any_run_still_makes_a_page(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, [rule("correct", 0.5, run="public")], {})
    suite.folder.mkdir(parents=True)
    assert "not run" in text(suite)


def test_few_samples_are_named_so(tmp_path: Path) -> None:
    few = run_of(FAILS_AGAINST[:19])
    assert "small n 19" in text(suite_of(tmp_path, [rule("correct", 0.5)], {"shop": few}))
    enough = run_of(FAILS_AGAINST[:20])
    assert "small n 20" not in text(suite_of(tmp_path / "b", [rule("correct", 0.5)], {"shop": enough}))


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_hostile_text_stays_text_and_nothing_is_fetched(tmp_path: Path, lang: Language) -> None:
    asked = [question(HOSTILE, right=False, kind=HOSTILE, text=HOSTILE), unanswerable("u", right=False, text=HOSTILE)]
    claims = [claim("c", supported=False, kept=True, score=0.9), claim("d", supported=True, kept=False, score=0.2)]
    runs = {"shop": run_of(asked), "claims": run_of(claims, "faithfulness")}
    suite = suite_of(tmp_path, [rule("correct", 0.9), rule("auc", 0.9, run="claims")], runs)
    page = parsed(suite, lang)
    assert HOSTILE in " ".join(page.words)
    assert {"script", "img", "iframe", "object"} & {tag for tag, _ in page.tags} == set()
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "style"] == []
    addresses = [value or "" for _, attrs in page.tags for name, value in attrs.items() if name in ("href", "src")]
    assert all(address.startswith("#") or address == "data:," for address in addresses)
    assert "url(" not in (suite.folder / "report.html").read_text(encoding="utf-8")


def test_no_page_holds_a_number_that_is_none(tmp_path: Path) -> None:
    for lang in ("en", "ja"):
        shown = text(failing(tmp_path), lang)
        assert not NO_NUMBER.search(shown)


def test_a_baseline_of_other_samples_is_refused_in_one_sentence(tmp_path: Path) -> None:
    other = run_of([question(f"x{n}") for n in range(40)])
    suite = suite_of(tmp_path, [rule("correct", 0.5)], {"shop": run_of(MANY)}, {"shop": other})
    with pytest.raises(EvalError, match="share no samples"):
        write_report(suite, tmp_path / "r.html")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvalError, match="cannot be written"):
        write_report(failing(tmp_path), tmp_path / "file" / "r.html")


def test_the_markdown_has_the_verdict_and_what_changed(tmp_path: Path) -> None:
    suite = failing(tmp_path)
    write_markdown(suite, suite.folder / "report.md")
    written = (suite.folder / "report.md").read_text(encoding="utf-8")
    assert written.startswith("Gate failed: 1 of 2 rules.")
    assert "## shop against its baseline" in written
    worse = compare(suite.runs["shop"], suite.baselines["shop"], scorers_of("answers")).worse["correct"]
    assert all(name in written for name in worse)


def test_a_suite_made_before_samples_were_kept_still_shows(tmp_path: Path) -> None:
    suite = failing(tmp_path)
    lines = (suite.folder / "shop" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    old = "\n".join(json.dumps({k: v for k, v in json.loads(line).items() if k != "input"}) for line in lines)
    (suite.folder / "shop" / "samples.jsonl").write_text(old + "\n", encoding="utf-8")
    again = replace(suite, runs={"shop": read_run(suite.folder / "shop")})
    assert "What this sample asked was not kept." in text(again)


def test_the_folder_tells_the_time(tmp_path: Path) -> None:
    suite = failing(tmp_path)
    assert f"Run {FOLDER}" in text(suite)
    assert "22 November 2026, 04:22 UTC" in text(suite)


def test_at_most_a_hundred_samples_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    wrong = [question(f"q{n}", right=False) for n in range(120)]
    wrong += [unanswerable(f"u{n}", right=False) for n in range(8)]
    page = parsed(suite_of(tmp_path, [rule("correct", 0.9), rule("false_answer_rate", 0.1)], {"shop": run_of(wrong)}))
    assert sum(tag == "details" for tag, _ in page.tags) == 100
    assert "100 of 128 shown" in " ".join(page.words)


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0.0"), (0.0004, "0.1"), (0.5, "50.0"), (0.9996, "99.9"), (1.0, "100.0")]
)
def test_what_is_not_quite_all_or_nothing_is_not_shown_as_it(share: float, shown: str) -> None:
    assert per_cent(share) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.023, "+2.3"), (-0.075, "−7.5"), (0.0, "0.0"), (-0.0001, "0.0")])
def test_a_difference_has_its_sign(share: float, shown: str) -> None:
    assert points(share) == shown

"""The scores of redaction, on spans made up for them."""

import json
from pathlib import Path

import anyio
import pytest

from app.adapters.pii_listed import ListedPii
from app.errors import EvalError
from evals.public_messages import half_of, presidio
from evals.run import Run, run_task
from evals.samples import read_samples
from evals.summary import summarise
from evals.tasks.redaction import SCORERS, Message, Redaction

HARU, TEL = "ハル", "070-1111-2222"
DETECTOR = ListedPii({"PERSON": [HARU], "PHONE": [TEL], "ADDRESS": ["1-2-3", "メゾン"]})


def line(name: str, text: str, *marked: tuple[str, str], lang: str = "ja") -> str:
    spans = [
        {"start": text.index(value), "end": text.index(value) + len(value), "type": kind} for value, kind in marked
    ]
    return json.dumps({"id": name, "lang": lang, "text": text, "spans": spans}, ensure_ascii=False)


def run_of(tmp_path: Path, *lines: str) -> Run:
    data = tmp_path / "messages.jsonl"
    data.write_text("\n".join(lines), encoding="utf-8")
    task = Redaction(read_samples("messages", [data], Message), DETECTOR)
    return anyio.run(run_task, task, task.dataset, tmp_path / "run", 2, 5.0, lambda done, total: None)


def value(found: dict[str, dict[str, float]], metric: str) -> float:
    return found[metric]["value"]


def test_a_span_is_met_by_one_character_whatever_its_type(tmp_path: Path) -> None:
    run = run_of(tmp_path, line("a", f"{HARU}コの番号は{TEL}", ("ハルコ", "PERSON"), (TEL, "CUSTOMER_ID")))
    found = summarise(run, SCORERS)["metrics"]
    assert (value(found, "recall"), value(found, "precision"), value(found, "f1")) == (1.0, 1.0, 1.0)
    assert value(found, "exact_f1") == 0.0


def test_by_type_the_type_must_match(tmp_path: Path) -> None:
    run = run_of(
        tmp_path,
        line("a", f"{HARU} {TEL}", (HARU, "PERSON"), (TEL, "PHONE")),
        line("b", f"call {TEL}", (TEL, "CUSTOMER_ID"), lang="en"),
    )
    by = summarise(run, SCORERS)["by"]
    assert value(by["type"]["PHONE"], "recall") == 1.0
    assert value(by["type"]["PHONE"], "precision") == 0.5
    assert value(by["type"]["CUSTOMER_ID"], "recall") == 0.0
    assert value(by["type_ja"]["PHONE"], "precision") == 1.0
    assert value(by["group"]["structured"], "precision") == 1.0  # of a group, any of its types
    assert set(by["lang"]) == {"ja", "en"}


def test_a_message_with_nothing_in_it_counts_as_clean_only(tmp_path: Path) -> None:
    run = run_of(tmp_path, line("a", "在庫はありますか"), line("b", f"{HARU}コンを買いました"))
    found = summarise(run, SCORERS)["metrics"]
    assert value(found, "touched_clean_rate") == 0.5
    assert value(found, "precision") == 0.0
    assert "recall" not in found


def test_an_address_is_covered_when_no_letter_or_digit_is_left(tmp_path: Path) -> None:
    whole = line("a", "1-2-3 メゾン", ("1-2-3 メゾン", "ADDRESS"))
    part = line("b", "1-2-3 メゾン 5", ("1-2-3 メゾン 5", "ADDRESS"))
    assert value(summarise(run_of(tmp_path, whole, part), SCORERS)["metrics"], "address_covered") == 0.5


def test_a_line_without_spans_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r'messages.jsonl, line 1: "spans" is wrong'):
        run_of(tmp_path, '{"id": "a", "lang": "ja", "text": "x"}')


def test_public_messages_keep_what_is_personal_and_a_template_stays_in_one_half(tmp_path: Path) -> None:
    text = "Ann was born on 1/2/1990 in Bern"
    spans = [("PERSON", "Ann"), ("DATE_TIME", "1/2/1990"), ("GPE", "Bern")]
    rows = [
        {
            "full_text": text,
            "template_id": 4,
            "spans": [
                {"entity_type": kind, "start_position": text.index(part), "end_position": text.index(part) + len(part)}
                for kind, part in spans
            ],
        }
    ] * 2
    folder = tmp_path / "pii" / "presidio_research" / "data"
    folder.mkdir(parents=True)
    (folder / "synth_dataset_v2.json").write_text(json.dumps(rows), encoding="utf-8")
    half = half_of("4")
    kept = list(presidio(tmp_path, half))
    assert [[span["type"] for span in row["spans"]] for row in kept] == [["PERSON", "BIRTH_DATE"]] * 2
    assert list(presidio(tmp_path, "dev" if half == "test" else "test")) == []


def test_the_development_set_is_well_formed() -> None:
    path = Path("evals/datasets/redaction/dev.jsonl")
    messages = read_samples("dev", [path], Message).samples
    assert all(0 <= span.start < span.end <= len(each.text) for each in messages for span in each.spans)
    assert sum(each.lang == "ja" for each in messages) >= 150
    assert sum(each.lang == "en" for each in messages) >= 100

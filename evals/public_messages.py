"""Public messages as `kotae eval redaction` reads them: `python -m evals.public_messages --data DIR --out FOLDER`.

None of it is kept here. `presidio_dev.jsonl` may be tuned on, `presidio_test.jsonl` is for reporting: no template of
one is in the other. `asdc.jsonl` and `banking77.jsonl` hold no personal data of a customer.
"""

import argparse
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# What Presidio's generator calls it, and we; the rest (places, companies, dates, ages) is no personal data by itself.
_TYPES = {
    "PERSON": "PERSON",
    "STREET_ADDRESS": "ADDRESS",
    "CREDIT_CARD": "CREDIT_CARD",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "ZIP_CODE": "POSTAL_CODE",
    "IBAN_CODE": "BANK_ACCOUNT",
    "US_SSN": "NATIONAL_ID",
    "IP_ADDRESS": "IP_ADDRESS",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
}
_BORN = re.compile(r"\b(?:born|birth)", re.IGNORECASE)


def presidio(data: Path, half: str) -> Iterator[dict[str, Any]]:
    """The messages of the templates of one half, "dev" or "test"."""
    source = data / "pii" / "presidio_research" / "data" / "synth_dataset_v2.json"
    for number, row in enumerate(json.loads(source.read_text(encoding="utf-8"))):
        if half_of(str(row["template_id"])) == half:
            yield {
                "id": f"presidio-{number:04}",
                "conversation": f"template-{row['template_id']}",
                "lang": "en",
                "text": row["full_text"],
                "spans": [
                    {"start": span["start_position"], "end": span["end_position"], "type": kind}
                    for span in row["spans"]
                    if (kind := _type(span, row["full_text"]))
                ],
            }


def _type(span: dict[str, Any], text: str) -> str | None:
    """A date is personal where the text says that somebody was born then."""
    if span["entity_type"] == "DATE_TIME" and _BORN.search(text, 0, span["start_position"]):
        return "BIRTH_DATE"
    return _TYPES.get(span["entity_type"])


def half_of(template: str) -> str:
    return "dev" if hashlib.sha256(template.encode()).digest()[0] % 2 else "test"


def asdc(data: Path) -> Iterator[dict[str, Any]]:
    """What customer and operator say to each other when they look for a hotel."""
    for path in sorted((data / "dialogue" / "asdc" / "data" / "main" / "dialog" / "text").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
                yield _clean(f"asdc-{path.stem}-{number}", row[-1], "ja")


def banking77(data: Path) -> Iterator[dict[str, Any]]:
    with (data / "intent" / "banking77" / "banking_data" / "test.csv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            yield _clean(f"banking77-{number}", row["text"], "en")


def _clean(name: str, text: str, lang: str) -> dict[str, Any]:
    return {"id": name, "lang": lang, "text": text, "spans": []}


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for half in ("dev", "test"):
        _write(arguments.out / f"presidio_{half}.jsonl", presidio(arguments.data, half))
    _write(arguments.out / "asdc.jsonl", asdc(arguments.data))
    _write(arguments.out / "banking77.jsonl", banking77(arguments.data))


if __name__ == "__main__":
    main()

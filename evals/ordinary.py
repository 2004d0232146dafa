"""Public messages of customers, ordinary and critical, as conversations of one turn for `kotae eval escalation`:

    python -m evals.ordinary --data DIR --out FOLDER

writes `ordinary.jsonl` (banking77's test part without its critical intents, and what customers say in asdc) and
`critical.jsonl` (those intents). None of it is kept here.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from evals.guard_data import public_messages

CRITICAL_INTENTS = {  # of banking77, and the topics they are
    "lost_or_stolen_card": "payment_dispute",
    "compromised_card": "payment_dispute",
    "card_payment_not_recognised": "payment_dispute",
    "cash_withdrawal_not_recognised": "payment_dispute",
    "direct_debit_payment_not_recognised": "payment_dispute",
    "lost_or_stolen_phone": "security",
    "terminate_account": "cancellation",
}


def intents(data: Path, part: Literal["train", "test"]) -> Iterator[tuple[str, str]]:
    """(text, intent) of banking77. Raises OSError where the set is missing below `data`."""
    path = data / "intent" / "banking77" / "banking_data" / f"{part}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["text"], row["category"]


def conversations(data: Path) -> dict[str, list[dict[str, Any]]]:
    """By the name of the file."""
    files: dict[str, list[dict[str, Any]]] = {"ordinary": [], "critical": []}
    for n, (text, intent) in enumerate(intents(data, "test")):
        name = "critical" if intent in CRITICAL_INTENTS else "ordinary"
        files[name].append(_conversation(f"banking77-{n}", "en", text, intent if name == "critical" else None))
    asked = [said.text for said in public_messages(data) if said.source == "asdc"]
    files["ordinary"] += [_conversation(f"asdc-{n}", "ja", text, None) for n, text in enumerate(asked)]
    return files


def _conversation(name: str, lang: str, text: str, intent: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name, "lang": lang, "turns": [{"role": "customer", "text": text}]}
    row |= {"escalate": intent is not None, "at_turn": 0 if intent else None}
    return row | {"reason": "critical_topic" if intent else None, "kind": intent or name.partition("-")[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Write public messages for `kotae eval escalation`.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--out", type=Path, required=True, help="folder the files are written to")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, rows in conversations(given.data).items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (given.out / f"{name}.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()

"""How commands print what they did: one JSON value where it is asked for, else a sentence."""

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def tell(sentence: str, as_json: bool, **fields: Any) -> None:
    """`fields` are the JSON."""
    if as_json:
        print_json(fields)
    else:
        print(sentence)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

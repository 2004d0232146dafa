"""What SQLite's file holds."""

import sqlite3
from contextlib import closing
from pathlib import Path


def tables_with(home: Path, text: str) -> set[str]:
    """Names of the tables of a home's database of which some row holds `text`."""
    with closing(sqlite3.connect(home / "kotae.db")) as database:
        return {line.split('"')[1] for line in database.iterdump() if line.startswith("INSERT INTO") and text in line}

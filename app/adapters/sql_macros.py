"""Macros in the database."""

from typing import cast

from sqlalchemy import Engine
from sqlmodel import col, select

from app.adapters.desk_tables import MacroRow
from app.adapters.transactions import Transactions
from app.domain.macro import Macro
from app.domain.outcome import Language
from app.errors import NotFound


class SqlMacros:
    def __init__(self, engine: Engine) -> None:
        self._transactions = Transactions(engine)

    def put(self, macro: Macro) -> None:
        with self._transactions.changing() as session:
            row = session.get(MacroRow, (macro.name, macro.team, macro.language)) or MacroRow(
                name=macro.name, team=macro.team, language=macro.language, title="", text=""
            )
            row.title, row.text = macro.title, macro.text
            session.add(row)

    def remove(self, name: str, team: str = "") -> None:
        with self._transactions.changing() as session:
            rows = session.exec(select(MacroRow).where(MacroRow.name == name, MacroRow.team == team)).all()
            if not rows:
                raise NotFound(f'There is no macro "{name}".')
            for row in rows:
                session.delete(row)

    def macros(self) -> list[Macro]:
        in_order = select(MacroRow).order_by(col(MacroRow.name), col(MacroRow.team), col(MacroRow.language))
        with self._transactions.reading() as session:
            return [_macro(row) for row in session.exec(in_order)]

    def count_use(self, name: str, language: Language, team: str = "") -> None:
        this = (MacroRow.name == name, MacroRow.team == team, MacroRow.language == language)
        with self._transactions.changing() as session:
            row = session.exec(select(MacroRow).where(*this).with_for_update()).first()
            if row is None:
                raise NotFound(f'There is no macro "{name}".')
            row.uses += 1
            session.add(row)


def _macro(row: MacroRow) -> Macro:
    return Macro(row.name, cast(Language, row.language), row.title, row.text, row.team, row.uses)

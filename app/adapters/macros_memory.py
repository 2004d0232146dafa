"""The fake store of macros: everything in this process."""

from dataclasses import dataclass, field, replace
from threading import Lock

from app.domain.macro import Macro
from app.domain.outcome import Language
from app.errors import NotFound

_Key = tuple[str, str, str]  # name, team, language


@dataclass
class MemoryMacros:
    _macros: dict[_Key, Macro] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def put(self, macro: Macro) -> None:
        with self._lock:
            known = self._macros.get(_key(macro))
            self._macros[_key(macro)] = replace(macro, uses=known.uses if known else 0)

    def remove(self, name: str, team: str = "") -> None:
        with self._lock:
            gone = [key for key in self._macros if key[:2] == (name, team)]
            if not gone:
                raise NotFound(f'There is no macro "{name}".')
            for key in gone:
                del self._macros[key]

    def macros(self) -> list[Macro]:
        return [self._macros[key] for key in sorted(self._macros)]

    def count_use(self, name: str, language: Language, team: str = "") -> None:
        with self._lock:
            macro = self._macros.get((name, team, language))
            if macro is None:
                raise NotFound(f'There is no macro "{name}".')
            self._macros[_key(macro)] = replace(macro, uses=macro.uses + 1)


def _key(macro: Macro) -> _Key:
    return macro.name, macro.team, macro.language

"""The passages a person has let through, in `KOTAE_HOME/index/released.json`: no build keeps them back any more."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from app.adapters.index_files import sync
from app.domain.knowledge import Manifest
from app.errors import NotFound, SettingsError


class Releases:
    """`directory` is the one of the index versions. A release holds for the passage's words, whatever is around it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "released.json"

    def all(self) -> frozenset[str]:
        """The SHA-256 of each. Raises SettingsError where the file is damaged: guessing could let anything through."""
        return frozenset(self._read())

    def add(self, manifest: Manifest, passages: Sequence[str]) -> None:
        """Release what `manifest` keeps back. Raises NotFound, and releases none, for a passage it does not."""
        held = {item.chunk: item.sha256 for item in manifest.quarantined}
        unknown = [passage for passage in passages if passage not in held]
        if unknown:
            raise NotFound(f"{unknown[0]} is not kept back in {manifest.version}: see `kotae index show`.")
        released = self._read() | {held[passage]: passage for passage in passages}
        unfinished = self._path.with_name(f".released-{uuid4().hex}")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(released, file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        sync(self._path.parent)

    def _read(self) -> dict[str, str]:
        """SHA-256 → the passage's id when it was released."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise SettingsError(f"{self._path} cannot be read: mend it, or remove it and release passages again.")
        return found

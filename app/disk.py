"""How much room is left where Kotae keeps everything."""

import shutil
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000
_FULL = 300 * MB  # free; the embedded model takes 120 MB, and an index version is written beside the one it replaces
_NEARLY_FULL = 1_000 * MB


@dataclass(frozen=True, slots=True)
class Disk:
    """`free` in bytes."""

    free: int

    @property
    def is_full(self) -> bool:
        return self.free < _FULL

    @property
    def is_nearly_full(self) -> bool:
        return self.free < _NEARLY_FULL


def disk_of(folder: Path) -> Disk:
    """Of the folder, or of the nearest one above it that there is."""
    there = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    return Disk(shutil.disk_usage(there).free)

"""`kotae backup`: one file of all that cannot be made again, and back. Exit codes: 0 done, 2 it cannot be."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_output import AsJson, tell

backup_app = typer.Typer(help="One file of database, index and site: create, restore.", no_args_is_help=True)

_COUNTED = {"conversation": "conversations", "message": "messages", "staff": "users"}
_NO_KEY = (
    "The vault's key is not in it: without the key, personal data in its conversations stays hidden. Keep a copy of "
    "vault.key (or KOTAE_VAULT_KEY) apart, or add --with-key."
)


@backup_app.command("create")
def create(
    file: Annotated[Path | None, typer.Argument(help="kotae-backup-TIME.tar.gz in this folder otherwise.")] = None,
    with_key: Annotated[bool, typer.Option("--with-key", help="With the vault's key: guard the file like it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Database, index versions and the site's facts in one file, also while the service runs."""
    from app.backup import create_backup
    from app.settings import load_settings

    path, manifest = create_backup(load_settings(), file, with_key)
    has_key = "vault.key" in manifest.files
    told = {"file": str(path), "bytes": path.stat().st_size, "with_key": has_key}
    tell(f"{path} holds {_counted(manifest.rows)}.", as_json, **told, rows=dict(manifest.rows), index=manifest.index)
    if not has_key:
        print(_NO_KEY, file=sys.stderr)


@backup_app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="What `kotae backup create` has made.")],
    replace: Annotated[bool, typer.Option("--replace", help="In place of the data there is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty KOTAE_HOME and database; stop the service first."""
    from app.backup import restore_backup
    from app.settings import load_settings

    restored = restore_backup(load_settings(), file, replace)
    manifest = restored.manifest
    tell(
        f"Restored from {manifest.created_at:%Y-%m-%d %H:%M} UTC: {_counted(manifest.rows)}.",
        as_json,
        rows=dict(manifest.rows),
        index=manifest.index,
        missing_keys=list(restored.missing_keys),
    )
    if restored.missing_keys:
        print(
            f"The vault needs keys that are not here ({', '.join(restored.missing_keys)}): until they are in vault.key "
            "or KOTAE_VAULT_KEY, personal data stays hidden and its conversations read-only.",
            file=sys.stderr,
        )
    if restored.site:
        print(f"The backup's facts of the site differ from those in use: they are in {restored.site}.", file=sys.stderr)


def _counted(rows: Any) -> str:
    counts = (f"{rows.get(table, 0)} {name}" for table, name in _COUNTED.items())
    return ", ".join(counts)

"""What a build did, as a table to read and as JSON."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.domain.knowledge import Quarantined, Skipped
from ingestion.build import BuildReport


def as_json(report: BuildReport) -> dict[str, Any]:
    """`version` is null, and nothing was built, when --strict found something to skip."""
    manifest = report.manifest
    return {
        "version": manifest.version if manifest else None,
        "model": manifest.model if manifest else None,
        "documents": manifest.documents if manifest else 0,
        "chunks": manifest.chunks if manifest else 0,
        "embedded": report.embedded,
        "reused": report.reused,
        "skipped": [asdict(item) for item in report.skipped],
        "quarantined": [asdict(item) for item in manifest.quarantined] if manifest else [],
        "secrets": [asdict(item) for item in report.secrets],
        "seconds": dict(manifest.seconds) if manifest else {},
    }


def print_report(report: BuildReport, console: Console) -> None:
    if report.skipped:
        console.print(_files_table("Skipped", report.skipped))
    if report.manifest is None:
        console.print("Nothing was built, since --strict allows no file to be skipped. The index is as it was.")
        return
    if report.manifest.quarantined:
        console.print(_quarantine_table(report.manifest.quarantined))
    if report.secrets:
        console.print(
            _files_table("Secrets in articles, which are shown: take them out, and change them", report.secrets)
        )
    console.print(_built_table(report))
    console.print(f"Version {report.manifest.version} is served now.", highlight=False)


def _files_table(title: str, items: tuple[Skipped, ...]) -> Table:
    table = Table(title=f"{title}: {len(items)}", title_justify="left")
    table.add_column("File", overflow="fold")
    table.add_column("Line", justify="right")
    table.add_column("Why", overflow="fold")
    for item in items:
        table.add_row(escape(item.path), str(item.line or ""), escape(item.reason))
    return table


def _quarantine_table(quarantined: tuple[Quarantined, ...]) -> Table:
    title = f"Kept back until released with `kotae index release PASSAGE`: {len(quarantined)}"
    table = Table(title=title, title_justify="left")
    table.add_column("File", overflow="fold")
    table.add_column("Passage", overflow="fold")
    table.add_column("Why", overflow="fold")
    for item in quarantined:
        table.add_row(escape(item.path), escape(item.chunk), escape(item.reason))
    return table


def _built_table(report: BuildReport) -> Table:
    shown = as_json(report)
    table = Table(show_header=False)
    table.add_column("What")
    table.add_column("Figure", justify="right")
    table.add_row("Documents", f"{shown['documents']:,}")
    table.add_row("Chunks", f"{shown['chunks']:,}")
    table.add_row("Skipped", f"{len(report.skipped):,}")
    table.add_row("Passages kept back", f"{len(shown['quarantined']):,}")
    table.add_row("Passages embedded", f"{report.embedded:,}")
    table.add_row("Passages known from before", f"{report.reused:,}", end_section=True)
    for stage, seconds in shown["seconds"].items():
        table.add_row(f"Seconds to {stage}", f"{seconds:.1f}")
    table.add_row("Seconds in all", f"{sum(shown['seconds'].values()):.1f}")
    return table

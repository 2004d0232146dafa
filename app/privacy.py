"""What customers may ask for: all that is kept of them, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from app.adapters.clock import SystemClock
from app.adapters.vault_keys import FileKeys
from app.answering.restore import Restorer
from app.desk.learning import forget_erased
from app.domain.audit import COMMAND_LINE, Act, purged
from app.domain.draft import Draft
from app.domain.record import Record
from app.settings import Settings
from app.wiring.desk import open_drafts, open_learnings
from app.wiring.records import open_records

_RECORD, _DRAFTS = TypeAdapter(Record), TypeAdapter(list[Draft])


@dataclass(frozen=True, slots=True)
class Rotation:
    """`encrypted` values are under `key` now; some are `left` under keys that are not here."""

    key: str
    encrypted: int
    left: tuple[str, ...]


def export_conversations(
    settings: Settings, conversations: Sequence[str], customer: str | None
) -> list[dict[str, Any]]:
    """Each as plain JSON, with what its tokens stand for; what cannot be read is said to be hidden. Raises NotFound."""
    records = open_records(settings)
    found = []
    for conversation_id in records.store.of_customer(customer) if customer else conversations:
        record = records.store.record(conversation_id)
        records.audit.add(COMMAND_LINE, Act.EXPORT, conversation_id)
        restorer = Restorer(records.vault.read(conversation_id), record.conversation.locale)
        told = _RECORD.dump_python(record, mode="json")
        told["drafts"] = _DRAFTS.dump_python(open_drafts(records.engine).of_conversation(conversation_id), mode="json")
        found.append(_restored(told, restorer))
    return found


def erase_conversations(settings: Settings, conversations: Sequence[str], customer: str | None) -> int:
    """How many; raises NotFound before anything is erased when one of them is unknown."""
    records = open_records(settings)
    store = records.store
    erased = store.of_customer(customer) if customer else conversations
    for conversation_id in erased:
        store.record(conversation_id)
    learnings = open_learnings(settings.home)
    for conversation_id in erased:
        store.erase(conversation_id)
        records.audit.add(COMMAND_LINE, Act.ERASE, conversation_id)
        learnings.forget(conversation_id)
    return len(erased)


def purge_conversations(settings: Settings, days: int | None) -> int:
    """How many had their last message more than so many days ago; none where the settings keep them for ever."""
    days = days if days is not None else settings.retention_days or None
    if days is None:
        return 0
    records = open_records(settings)
    count = records.store.purge(SystemClock().now() - timedelta(days=days))
    forget_erased(open_learnings(settings.home), records.store)
    records.audit.add(COMMAND_LINE, Act.PURGE, purged(count, days))
    return count


def rotate_key(settings: Settings) -> Rotation:
    """Encrypt every value with the newest key, which is made now where it is kept in a file."""
    records = open_records(settings)
    keys = records.keys
    if isinstance(keys, FileKeys):
        keys.renew()
    encrypted, in_use = records.vault.rotate()
    if isinstance(keys, FileKeys):
        keys.forget(in_use)
    newest = keys.all()[0].id
    return Rotation(newest, encrypted, tuple(sorted(in_use - {key.id for key in keys.all()})))


def _restored(value: Any, restorer: Restorer) -> Any:
    """Citations are the articles' words."""
    if isinstance(value, str):
        return restorer.text(value)
    if isinstance(value, list):
        return [_restored(each, restorer) for each in value]
    if isinstance(value, dict):
        return {name: each if name == "citations" else _restored(each, restorer) for name, each in value.items()}
    return value

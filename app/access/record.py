"""What is put on record besides what people do at a page: what commands and starts change."""

from app.domain.audit import COMMAND_LINE, SERVICE, Act
from app.domain.people_ports import AuditTrail


def record_promotion(audit: AuditTrail, version: str) -> None:
    audit.add(COMMAND_LINE, Act.PROMOTE, version)


def record_settings(audit: AuditTrail, fingerprint: str) -> None:
    """Where the settings are others than at the last start that is on record."""
    before = audit.entries(act=Act.SETTINGS, limit=1)
    if not before or before[0].what != fingerprint:
        audit.add(SERVICE, Act.SETTINGS, fingerprint)

"""Who a customer is, as the site's own server signs it; nobody else can say so.

The signature is HMAC-SHA256 (RFC 2104) in hexadecimal digits over the lines of `signed_text`. It is good for five
minutes, clocks may differ by five either way, and it begins one conversation.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.conversation import SignedCustomer
from app.errors import CustomerRefused

GOOD_SECONDS = 300
SKEW_SECONDS = 300
_FORM = "kotae-customer-1"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of a customer. No value holds a control character; `signed_at` is in seconds since 1970, UTC;
    `nonce` tells two signatures of one second apart."""

    external_id: str
    signed_at: int
    signature: str = field(repr=False)
    name: str | None = None
    attributes: Mapping[str, str | int] = field(default_factory=dict)
    nonce: str = ""

    @property
    def customer(self) -> SignedCustomer:
        """With what is kept of the attributes."""
        tenure, plan = self.attributes.get("tenure_months"), self.attributes.get("plan")
        return SignedCustomer(
            self.name, tenure if isinstance(tenure, int) else None, plan if isinstance(plan, str) else None
        )


def signed_text(claim: Claim) -> str:
    """One `name=value` a line: attributes in the order of their names, an empty value for what is not given."""
    attributes = [f"attributes.{name}={value}" for name, value in sorted(claim.attributes.items())]
    lines = [f"external_id={claim.external_id}", f"name={claim.name or ''}", *attributes]
    return "\n".join([_FORM, *lines, f"nonce={claim.nonce}", f"signed_at={claim.signed_at}"])


def signature_of(claim: Claim, secret: str) -> str:
    return hmac.new(secret.encode(), signed_text(claim).encode(), hashlib.sha256).hexdigest()


def require_signature(claim: Claim, secret: str, now: datetime) -> None:
    """Raises CustomerRefused. That a signature was used before is for the store to say."""
    if not hmac.compare_digest(signature_of(claim, secret), claim.signature):
        raise CustomerRefused("The signature over the customer is wrong.", "customer_wrong")
    age = now.timestamp() - claim.signed_at
    if not -SKEW_SECONDS <= age <= GOOD_SECONDS + SKEW_SECONDS:
        raise CustomerRefused("The signature over the customer is too old, or of a time to come.", "customer_old")

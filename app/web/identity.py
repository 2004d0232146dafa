"""Beginning a conversation for a customer whom the site names."""

from dataclasses import replace

from app.access.customer_signature import require_signature
from app.domain.conversation import Conversation
from app.domain.outcome import Language
from app.domain.pseudonyms import FIRST_PERSON
from app.errors import CustomerRefused
from app.web.deps import Services
from app.web.payloads import CustomerSigned


def begin_conversation(
    services: Services, locale: Language, channel: str, token: str, customer: CustomerSigned | str | None
) -> Conversation:
    """With a secret set, only what is signed is accepted; without one nothing signed is, as nobody can tell whether it
    is right. Raises CustomerRefused."""
    secret = services.settings.customer_secret.get_secret_value()
    if not isinstance(customer, CustomerSigned):
        if customer and secret:
            raise CustomerRefused("A customer has to be signed, as KOTAE_CUSTOMER_SECRET is set.", "customer_unsigned")
        return services.store.create(locale, channel, token, customer)
    if not secret:
        raise CustomerRefused("KOTAE_CUSTOMER_SECRET is not set: no signature can be checked.", "customer_unknown")
    claim = customer.claim
    require_signature(claim, secret, services.clock.now())
    signed = replace(claim.customer, name=FIRST_PERSON if claim.name else None)
    conversation = services.store.create(locale, channel, token, claim.external_id, signed, claim.signature)
    if claim.name:
        services.redactor.seal_name(conversation, claim.name)
    return conversation

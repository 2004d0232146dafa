"""The administrators' page of mail and web hooks: what was sent, what waits, and what has to be sent again by hand."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.domain.audit import Act
from app.domain.delivery import DeliveryState
from app.errors import Conflict
from app.web.access import SignedInDep, csrf_token, record
from app.web.deps import LanguageDep, ServicesDep
from app.web.pages import DeliveriesPage, site_facts
from app.web.rendering import render

router = APIRouter(prefix="/admin/deliveries", include_in_schema=False)


@router.get("")
def show(
    services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, state: DeliveryState | None = None
) -> Response:
    """A hundred, the newest first."""
    deliveries = tuple(services.messages.outbox.deliveries(state))
    facts = site_facts(services.site, lang)
    return render("deliveries.html", DeliveriesPage(*facts, csrf_token(signed_in.token), deliveries, state or ""))


@router.post("/{delivery_id}")
def redeliver(delivery_id: str, request: Request, services: ServicesDep) -> Response:
    try:
        services.messages.outbox.redeliver(delivery_id)
        record(request, services, Act.REDELIVER, delivery_id)
    except Conflict:
        pass  # queued meanwhile: that is what was wanted
    return RedirectResponse("/admin/deliveries", 303)

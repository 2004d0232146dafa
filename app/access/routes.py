"""Which route is for whom: one table, in which every route of the service stands."""

from enum import StrEnum

from app.domain.people import StaffRole


class Anyone(StrEnum):
    """For whom no sign-in is asked."""

    PUBLIC = "public"  # everybody
    CUSTOMER = "customer"  # whoever holds the conversation's token; the route looks at it
    MONITORING = "monitoring"  # whoever KOTAE_METRICS says; the route looks at it
    INTEGRATION = "integration"  # everybody, or with KOTAE_API_TOKENS whoever holds one with the scope `ask`


Access = Anyone | frozenset[StaffRole]

PUBLIC, CUSTOMER, INTEGRATION = Anyone.PUBLIC, Anyone.CUSTOMER, Anyone.INTEGRATION
MONITORING = Anyone.MONITORING
STAFF = frozenset(StaffRole)
ADMIN = frozenset({StaffRole.ADMIN})
AGENT = frozenset({StaffRole.AGENT})
INSIGHT = frozenset({StaffRole.AGENT, StaffRole.QA, StaffRole.ADMIN})

ACCESS: dict[str, Access] = {
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": MONITORING,
    "GET /openapi.json": PUBLIC,
    "GET /": PUBLIC,
    "GET /privacy": PUBLIC,
    "GET /rate/{token}": PUBLIC,
    "POST /rate/{token}": PUBLIC,
    "GET /signin": PUBLIC,
    "POST /signin": PUBLIC,
    "GET /signin/provider": PUBLIC,
    "GET /signin/provider/back": PUBLIC,
    "POST /signout": STAFF,
    "GET /invite/{token}": PUBLIC,
    "POST /invite/{token}": PUBLIC,
    "GET /admin": ADMIN,
    "POST /admin/users": ADMIN,
    "POST /admin/users/{user_id}": ADMIN,
    "GET /admin/deliveries": ADMIN,
    "POST /admin/deliveries/{delivery_id}": ADMIN,
    "GET /admin/tokens": ADMIN,
    "POST /admin/tokens": ADMIN,
    "POST /admin/tokens/{token_id}": ADMIN,
    "GET /admin/status": ADMIN,
    "GET /admin/audit": ADMIN,
    "GET /admin/audit.csv": ADMIN,
    "POST /api/v1/conversations": PUBLIC,
    "GET /api/v1/suggestions": PUBLIC,
    "GET /api/v1/sources/{document_id:path}": PUBLIC,
    "GET /sources/{document_id:path}": PUBLIC,
    "POST /api/v1/conversations/{conversation_id}/messages": CUSTOMER,
    "GET /api/v1/conversations/{conversation_id}": CUSTOMER,
    "GET /api/v1/conversations/{conversation_id}/events": CUSTOMER,
    "POST /api/v1/conversations/{conversation_id}/rating": CUSTOMER,
    "POST /api/v1/conversations/{conversation_id}/handoff": CUSTOMER,
    "DELETE /api/v1/conversations/{conversation_id}/handoff": CUSTOMER,
    "POST /api/v1/conversations/{conversation_id}/handoff/details": CUSTOMER,
    "POST /api/v1/conversations/{conversation_id}/offer/decline": CUSTOMER,
    "POST /api/v1/conversations/{conversation_id}/feedback": CUSTOMER,
    "GET /desk": AGENT,
    "GET /desk/overview": INSIGHT,
    "GET /desk/overview.csv": INSIGHT,
    "GET /desk/overview.json": INSIGHT,
    "GET /desk/{ticket_id}": AGENT,
    "POST /desk/{ticket_id}/reply": AGENT,
    "GET /desk/events": AGENT,
    "GET /desk/queue": AGENT,
    "POST /desk/presence": AGENT,
    "POST /desk/macros/used": AGENT,
    "GET /desk/sources/{document_id:path}": AGENT,
    "GET /desk/{ticket_id}/turns": AGENT,
    "GET /desk/{ticket_id}/write": AGENT,
    "POST /desk/{ticket_id}/note": AGENT,
    "POST /desk/{ticket_id}/assign": AGENT,
    "POST /desk/{ticket_id}/reject": AGENT,
    "POST /desk/{ticket_id}/changes": AGENT,
    "POST /desk/{ticket_id}/reveal": AGENT,
    "POST /desk/{ticket_id}/{move}": AGENT,
    "GET /api/v1/desk/tickets": AGENT,
    "GET /api/v1/desk/agents": AGENT,
    "POST /api/v1/desk/presence": AGENT,
    "GET /api/v1/desk/tickets/{ticket_id}": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/take": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/assign": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/reply": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/notes": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/return": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/resolve": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/reopen": AGENT,
    "GET /api/v1/desk/tickets/{ticket_id}/summary": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/drafts": AGENT,
    "GET /api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/check": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/send": AGENT,
    "POST /api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/reject": AGENT,
    "GET /api/v1/desk/macros": AGENT,
    "POST /api/v1/desk/macros/{name}/use": AGENT,
    "GET /api/v1/desk/stats": AGENT,
    "GET /api/v1/desk/stats.csv": AGENT,
    "POST /chat/messages": CUSTOMER,
    "POST /chat/handoff": CUSTOMER,
    "POST /chat/handoff/withdraw": CUSTOMER,
    "POST /chat/handoff/details": CUSTOMER,
    "POST /chat/offer/decline": CUSTOMER,
    "POST /chat/feedback": CUSTOMER,
    "POST /chat/rating": CUSTOMER,
    "POST /chat/new": CUSTOMER,
    "POST /v1/chat/completions": INTEGRATION,
    "GET /v1/models": INTEGRATION,
    "GET /v1/models/{model}": INTEGRATION,
}

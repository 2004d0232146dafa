"""How the service is, for administrators: what it answers from, where it keeps things, how it is set."""

from collections.abc import Iterator
from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from app import __version__
from app.disk import MB, disk_of
from app.errors import DatabaseError, KotaeError
from app.web.access import SignedInDep
from app.web.admin import staff_facts
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.rendering import render
from app.web.staff_pages import StatusPage
from app.words import Words, words

router = APIRouter(prefix="/admin/status", include_in_schema=False)

_DAY = timedelta(days=1)


@router.get("")
def show(services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep) -> Response:
    """Whatever is wrong is told on the page: it is where one looks then."""
    w = words(lang)
    sections = (
        (w["status_index"], tuple(_index(services, w))),
        (w["status_keeping"], tuple(_keeping(services, w))),
        (w["status_models"], tuple(_models(services, w))),
        (w["status_settings"], tuple(_settings(services, w))),
    )
    return render("status.html", StatusPage(*staff_facts(services, lang, signed_in, "/admin/status"), sections))


def _index(services: Services, w: Words) -> Iterator[tuple[str, str]]:
    try:
        manifest = services.index.current().manifest
    except KotaeError as error:
        yield w["status_version"], w["not_ready_title"] if error.status == 503 else w[error.key]
        return
    age = services.clock.now() - manifest.created_at
    yield w["status_version"], manifest.version
    yield w["status_age"], w("status_days", n=age // _DAY) if age >= _DAY else w["status_today"]
    yield w["status_documents"], f"{manifest.documents:,}"
    yield w["status_chunks"], f"{manifest.chunks:,}"
    yield w["status_skipped"], f"{len(manifest.skipped):,}"


def _keeping(services: Services, w: Words) -> Iterator[tuple[str, str]]:
    url = services.settings.sqlalchemy_url
    try:
        services.store.ping()
        yield w["status_database"], w("status_answers", name=url.partition(":")[0].partition("+")[0])
        yield w["status_handoffs"], f"{len(services.desk.queue()):,}"
    except DatabaseError:
        yield w["status_database"], w["status_silent"]
    disk = disk_of(services.settings.home)
    key = "status_full" if disk.is_full else "status_nearly_full" if disk.is_nearly_full else "status_free"
    yield w["status_disk"], w(key, n=f"{disk.free // MB:,}")


def _models(services: Services, w: Words) -> Iterator[tuple[str, str]]:
    settings = services.settings
    yield w["status_writer"], settings.llm_model or w["status_quotes"]
    yield w["status_embedder"], settings.embedding_model
    yield w["status_reranker"], settings.reranker or w["none"]


def _settings(services: Services, w: Words) -> Iterator[tuple[str, str]]:
    """Whether, never what, where it is a secret."""
    settings = services.settings
    yield w["status_release"], __version__
    days = settings.retention_days
    yield w["status_retention"], w("status_days", n=days) if days else w["status_for_ever"]
    for key, is_on in (
        ("status_redaction", settings.redaction),
        ("status_signed_customers", bool(settings.customer_secret.get_secret_value())),
        ("status_passwords", settings.password_sign_in),
        ("status_provider", services.provider is not None),
        ("tokens", settings.api_tokens),
        ("status_openai", settings.openai_api),
        ("status_redis", bool(settings.redis_url)),
    ):
        yield w[key], w["on" if is_on else "off"]
    limits = (settings.limit_requests, settings.limit_characters, settings.limit_streams)
    yield w["status_limits"], " / ".join(f"{limit:,}" if limit else w["none"] for limit in limits)
    yield w["status_fingerprint"], settings.fingerprint

"""What is outside: addresses that are fetched from, counters that servers share, who watches the service at work."""

from typing import TYPE_CHECKING

from app.adapters.limiter_memory import MemoryRateLimiter
from app.domain.limits import RateLimiter
from app.domain.observation import Metrics, Observer, Observers
from app.errors import SettingsError
from app.settings import Settings, listed

if TYPE_CHECKING:
    from app.adapters.safe_http import SafeHttp


def open_http(settings: Settings) -> "SafeHttp":
    """For addresses that staff enter or articles hold."""
    from app.adapters.safe_http import SafeHttp

    return SafeHttp(listed(settings.fetch_allowed))


def open_limiter(settings: Settings) -> RateLimiter:
    """Raises SettingsError."""
    if not settings.redis_url:
        return MemoryRateLimiter()
    from app.adapters.limiter_redis import RedisRateLimiter

    return RedisRateLimiter(settings.redis_url, MemoryRateLimiter())


def open_observers(settings: Settings) -> tuple[Observer, Metrics | None]:
    """Who watches the service at work, as the settings say; and of those, what is shown at /metrics."""
    observers: list[Observer] = []
    metrics = None
    if settings.metrics != "off":
        if settings.metrics == "token" and not settings.metrics_token.get_secret_value():
            raise SettingsError("KOTAE_METRICS is token, and KOTAE_METRICS_TOKEN is empty: set a long random one.")
        from app.adapters.metrics import PrometheusMetrics

        observers.append(metrics := PrometheusMetrics())
    if settings.otlp_endpoint:
        from app.adapters.otlp_spans import OtlpSpans

        observers.append(OtlpSpans(settings.otlp_endpoint))
    return Observers(observers), metrics

"""Every setting of Kotae: its meaning, default and check. The only reader of the environment."""

import os
import re
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.outcome import Language
from app.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "KOTAE_"
_SHORTEST_SECRET = 8  # characters
_SHORTEST_SIGNING_SECRET = 32  # characters: RFC 2104 asks for as many bytes as the hash has
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_ORIGIN = r"https?://[A-Za-z0-9.:\[\]-]+"
_ORIGINS = rf"^({_ORIGIN}(\s*,\s*{_ORIGIN})*)?$"


class Settings(BaseSettings):
    """Read from `KOTAE_*` in the environment, then from `.env`; the environment wins."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    home: Path = Field(Path("var"), description="Folder of everything Kotae keeps: indexes, models, database.")
    models_dir: str = Field("", description="Folder of the embedded model; empty: KOTAE_HOME/models.")
    kb_dir: Path = Field(
        ROOT / "kb_sources", description="Folder of articles that `kotae ingest` reads if none is named."
    )
    site_file: Path = Field(ROOT / "site.toml", description="The site's own facts: name, contact, hours, closures.")
    database_url: str = Field(
        "", description="postgresql://… or another SQLAlchemy URL; empty means SQLite in KOTAE_HOME/kotae.db."
    )
    embedding_model: str = Field(
        "embedded", description="`embedded`, or name or path of a sentence-transformers model. Re-index after a change."
    )
    embedding_base_url: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="OpenAI-compatible endpoint that has the embedding model; empty: it runs here, nothing is sent.",
    )
    embedding_api_key: SecretStr = Field(SecretStr(""), description="The embedding endpoint's key, where it wants one.")
    reranker: str = Field(
        "",
        description="Name or path of a sentence-transformers cross-encoder that reorders what is found; empty: none.",
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the service listens on.")
    public_url: str = Field(
        "",
        pattern="^(https?://[^/?#]+)?$",
        description="https://… under which people reach the service, for links; empty: the host and port.",
    )
    default_locale: Language = Field("ja", description="Language of a conversation that does not say: `ja` or `en`.")
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="How much is logged: debug, info, warning or error."
    )
    log_format: str = Field(
        "auto", pattern="^(json|text|auto)$", description="Lines of the log: json, text, or auto: text on a terminal."
    )
    log_addresses: str = Field(
        "none",
        pattern="^(none|network|full)$",
        description="What the log tells of a client's address: none, network (24 bits, IPv6 48) or full.",
    )
    metrics: str = Field(
        "off",
        pattern="^(off|local|token)$",
        description="Who may read /metrics: off, local (from this machine) or token (with KOTAE_METRICS_TOKEN).",
    )
    metrics_token: SecretStr = Field(SecretStr(""), description="What Prometheus sends as its bearer token.")
    otlp_endpoint: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="OpenTelemetry collector that spans are sent to, http://127.0.0.1:4318 say; empty: none are made.",
    )
    shutdown_seconds: int = Field(
        30, ge=1, le=3600, description="Longest wait for answers under way when the service is stopped."
    )
    api_tokens: bool = Field(
        False, description="Ask integrations for an API token, at /v1 and instead of a sign-in; see `kotae token`."
    )
    customer_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret with which the site signs who its customers are, 32 characters or more; empty: none signs.",
    )
    session_hours: float = Field(12.0, gt=0, le=720, description="How long a staff member stays signed in.")
    embed_sites: str = Field(
        "", pattern=_ORIGINS, description="Sites that may show the chat in a frame: https://www.example.com, …"
    )
    cors_origins: str = Field(
        "", pattern=_ORIGINS, description="Sites whose pages may call /api/v1 and /v1 from the browser: https://…, …"
    )
    trusted_proxies: str = Field(
        "",
        description="Proxies whose X-Forwarded-For and -Proto are believed: 127.0.0.1, 10.0.0.0/8; empty: nobody's.",
    )
    limit_requests: int = Field(120, ge=0, description="Requests a minute of one token. 0: no limit.")
    limit_characters: int = Field(
        20_000, ge=0, description="Characters a minute of one token's questions, each 500 at least. 0: no limit."
    )
    limit_streams: int = Field(8, ge=0, description="Requests and streams of one token at a time. 0: no limit.")
    limit_address: int = Field(
        10, ge=1, description="How many times as much one address may take, as several customers may share it."
    )
    redis_url: str = Field(
        "", pattern="^((rediss?|unix)://.+)?$", description="redis://… where several servers count limits together."
    )
    fetch_allowed: str = Field(
        "",
        description="Hosts and networks inside that may be fetched from by URL: wiki.local, 10.1.0.0/16.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="smtp://user:pass@host:587, or smtps://, to send mail to customers with; empty: none is sent.",
    )
    mail_from: str = Field("", description="Sender of mail: support@example.com; needed with KOTAE_SMTP_URL.")
    webhooks: SecretStr = Field(
        SecretStr(""), description="Addresses that events are posted to: https://a.example/hook, …; empty: none."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Signs web hooks: whsec_ and 24 to 64 bytes in Base64, older ones after commas.",
    )
    openai_api: bool = Field(
        True, description="Serve /v1/chat/completions and /v1/models, like the chat to whoever reaches the port."
    )
    llm_base_url: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="OpenAI-compatible endpoint whose model writes answers; empty: they are quoted, nothing is sent.",
    )
    llm_api_key: SecretStr = Field(SecretStr(""), description="The model's key, where it wants one.")
    llm_model: str = Field("", description="The model that writes, as its endpoint names it.")
    llm_connect_seconds: float = Field(3.0, gt=0, description="Longest wait for a connection to the model.")
    llm_first_token_seconds: float = Field(8.0, gt=0, description="Longest wait for the first words of a reply.")
    llm_seconds: float = Field(20.0, gt=0, description="Longest wait for all the model writes of an answer.")
    llm_price_in: float = Field(0.0, ge=0, description="Price of a million tokens the model reads, in any currency.")
    llm_price_out: float = Field(0.0, ge=0, description="Price of a million tokens the model writes.")
    llm_daily_budget: float = Field(
        0.0, ge=0, description="What the model may cost in a day; then answers are quoted. 0: no limit."
    )
    redaction: bool = Field(True, description="Put tokens in place of personal data before anything sees a message.")
    vault_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the vault, 32 bytes in Base64, older ones after commas; empty: made in KOTAE_HOME.",
    )
    retention_days: int = Field(
        90, ge=0, description="Conversations are erased so many days after their last message. 0: only on request."
    )
    judge_base_url: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="OpenAI-compatible endpoint that judges answers in `kotae eval answers --ragas`; empty: none does.",
    )
    judge_api_key: SecretStr = Field(SecretStr(""), description="The judge's key, where it wants one.")
    judge_model: str = Field("", description="The judge's model, as its endpoint names it.")

    @field_validator("customer_secret")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_SIGNING_SECRET:
            raise ValueError(f"it has fewer than {_SHORTEST_SIGNING_SECRET} characters")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in listed(value):
            ip_network(part)
        return value

    @field_validator("fetch_allowed")
    @classmethod
    def _are_hosts_or_networks(cls, value: str) -> str:
        for part in listed(value):
            if not _HOST.fullmatch(part):
                ip_network(part)
        return value

    @cached_property
    def index_dir(self) -> Path:
        return self.home / "index"

    @cached_property
    def cache_dir(self) -> Path:
        return self.home / "cache" / "embeddings"

    @cached_property
    def judge_cache_dir(self) -> Path:
        return self.home / "cache" / "judge"

    @cached_property
    def vault_key_file(self) -> Path:
        return self.home / "vault.key"

    @cached_property
    def spending_dir(self) -> Path:
        return self.home / "spending"

    @cached_property
    def address(self) -> str:
        """Of links to this service, without a "/" at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @cached_property
    def sends_away(self) -> bool:
        """Whether questions go to a model on another machine that writes."""
        return _is_elsewhere(self.llm_base_url)

    @cached_property
    def searches_away(self) -> bool:
        """Whether questions go to an embedding model on another machine."""
        return _is_elsewhere(self.embedding_base_url)

    def without_secrets(self, text: str) -> str:
        """`text`, which may hold words of others, with stars for every key and password; for shorter ones than common
        words are, there are none."""
        values = [str(value.get_secret_value()) for _, value in self if isinstance(value, SecretStr)]
        values += listed(self.webhooks.get_secret_value()) + listed(self.webhook_secret.get_secret_value())
        for url in (self.database_url, self.redis_url, self.smtp_url.get_secret_value()):
            password = re.search(r"://[^/@]*?:(.+)@", url)
            values += [password[1], unquote(password[1])] if password else []
        for value in values:
            text = text.replace(value, "***") if len(value) >= _SHORTEST_SECRET else text
        return text

    @cached_property
    def models(self) -> Path:
        return Path(self.models_dir) if self.models_dir else self.home / "models"

    @cached_property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.home / 'kotae.db').resolve()}"


def listed(value: str) -> tuple[str, ...]:
    """What a setting names with commas between."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def load_settings() -> Settings:
    """Raises SettingsError, in one sentence, for a value that does not fit or a `KOTAE_*` name that means nothing."""
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name} is wrong: {first['msg']}; correct it in the environment or in .env.") from None


def _is_elsewhere(url: str) -> bool:
    host = urlsplit(url).hostname
    return bool(host) and not re.fullmatch(r"localhost|::1|127(\.\d+){3}", host or "")


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    names = {name for name in os.environ if name.startswith(PREFIX)} | _names_in_dotenv()
    for name in sorted(names - known):
        raise SettingsError(f"{name} is not a setting of Kotae; remove it or see .env.example for the names.")


def _names_in_dotenv() -> set[str]:
    dotenv = Path(".env")
    lines = dotenv.read_text(encoding="utf-8").splitlines() if dotenv.is_file() else []
    names = (line.split("=", 1)[0].removeprefix("export ").strip().upper() for line in lines if "=" in line)
    return {name for name in names if name.startswith(PREFIX)}

"""What every client of an OpenAI-compatible service here keeps to."""

import logging

from pydantic import SecretStr

_LOGGERS = ("openai", "httpx2", "httpcore2")  # at "debug" they write questions and articles into the log


def keep_quiet() -> None:
    """Nothing is sent to anyone but the service, whatever the environment says, and no text goes into the log."""
    import langsmith

    langsmith.configure(enabled=False)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def given_key(key: SecretStr) -> SecretStr:
    """Never empty, or the client takes one from its own environment."""
    return key if key.get_secret_value() else SecretStr("none")

"""Which models a service says it has: only asked when something is wrong, to tell a wrong name from a wrong address."""

from pydantic import SecretStr

from app.adapters.openai_client import given_key

_SECONDS = 5.0


def model_names(base_url: str, key: SecretStr) -> list[str] | None:
    """In the order of the service; None where it does not tell. Never raises, whatever is at that address."""
    import openai

    try:
        with openai.OpenAI(
            base_url=base_url, api_key=given_key(key).get_secret_value(), max_retries=0, timeout=_SECONDS
        ) as client:
            return [str(model.id) for model in client.models.list().data]
    except Exception:  # whatever a reply does to the client
        return None

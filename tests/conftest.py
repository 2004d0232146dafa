"""What is too dear to make for each test."""

from pathlib import Path

import pytest

from app.adapters.e5_model import ensure_model

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def embedded_model_dir() -> Path:
    """The embedded model, made once for the checkout; `ensure_model` itself keeps parallel test runs apart."""
    return ensure_model(CHECKOUT / "var" / "models")

"""A model that is not on this machine stops the start with one sentence, and nobody is asked for it."""

from pathlib import Path

import pytest

from app.bootstrap import build_services
from app.doctor import Status, examine
from app.errors import ModelError
from app.settings import Settings


@pytest.mark.parametrize("model", ["no-such-owner/at-all", "no-such-name", "/no/such/folder", "a b/c?"])
@pytest.mark.parametrize(("setting", "check"), [("embedding_model", "embedding"), ("reranker", "reranker")])
def test_a_model_that_is_not_there_is_one_sentence(
    tmp_path: Path, called: list[object], embedded_model_dir: Path, setting: str, check: str, model: str
) -> None:
    (tmp_path / "models").symlink_to(embedded_model_dir.parent)
    settings = Settings(home=tmp_path).model_copy(update={setting: model})
    with pytest.raises(ModelError, match=f"KOTAE_{setting.upper()}") as refused:
        build_services(settings)
    assert "\n" not in str(refused.value)
    assert {finding.check: finding for finding in examine(lambda: settings)}[check].status is Status.WRONG
    assert called == []

"""Models that are on this machine: in a folder, or fetched before into the Hugging Face cache."""

from pathlib import Path

from app.errors import ModelError


def model_folder(model: str, kind: str, setting: str) -> str:
    """Where `model`, a folder or a name, lies. Nothing is downloaded, and nobody is asked.

    A library that is given the name itself asks the hub about it even when it may download nothing. Raises ModelError;
    `kind` and `setting` are what its sentence calls the model.
    """
    if Path(model).is_dir():
        return model
    from huggingface_hub import snapshot_download

    try:
        return snapshot_download(model if "/" in model else f"sentence-transformers/{model}", local_files_only=True)
    except (OSError, ValueError) as error:  # ValueError: it is no name at all
        raise not_loadable(model, kind, setting) from error


def not_loadable(model: str, kind: str, setting: str) -> ModelError:
    return ModelError(
        f"The {kind} {model!r} cannot be loaded: give its path in {setting}, or download it first with "
        f"`hf download {model}`."
    )

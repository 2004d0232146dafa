"""The files of `prompts/`: strict, versioned texts. A missing file, variable or field stops the start."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.errors import SettingsError

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_VARIABLE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    id: str
    version: int
    sha: str  # first 12 hex digits of the file's SHA-256
    variables: frozenset[str]
    text: str

    def render(self, **values: str) -> str:
        """Raises KeyError when `values` are not exactly the prompt's variables. Values are put in as they are, once."""
        if set(values) != self.variables:
            raise KeyError(f"prompt {self.id} takes {sorted(self.variables)}, not {sorted(values)}")
        return _VARIABLE.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts by id; `version` changes when any of them does."""

    by_id: Mapping[str, Prompt]

    @property
    def version(self) -> str:
        shas = "".join(self.by_id[name].sha for name in sorted(self.by_id))
        return hashlib.sha256(shas.encode()).hexdigest()[:12]

    def render(self, prompt_id: str, /, **values: str) -> str:
        return self.by_id[prompt_id].render(**values)


def load_prompts(folder: Path, required: frozenset[str]) -> Prompts:
    """Raises SettingsError for a malformed file, and when one of the `required` ids is not there."""
    prompts = {prompt.id: prompt for prompt in map(_read, sorted(folder.glob("*.*.md")))}
    for missing in sorted(required - set(prompts)):
        raise SettingsError(f"The prompt {missing} is missing from {folder}; restore the file.")
    return Prompts(prompts)


def _read(path: Path) -> Prompt:
    raw = path.read_text(encoding="utf-8")
    match = _FRONT_MATTER.match(raw)
    if not match:
        raise SettingsError(f"{path} has no front matter between two lines '---'; add id, version and variables.")
    try:
        fields = yaml.safe_load(match[1])
        name, version, variables = fields["id"], int(fields["version"]), frozenset(fields["variables"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{path} has wrong front matter ({error}); give id, version and variables.") from None
    text = match[2].strip()
    if set(_VARIABLE.findall(text)) != variables:
        raise SettingsError(f"{path} declares {sorted(variables)} and uses other variables; make them agree.")
    return Prompt(name, version, hashlib.sha256(raw.encode()).hexdigest()[:12], variables, text)

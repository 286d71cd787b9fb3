"""The one reader of ``params.yaml``.

A key that is not known is refused, not ignored. What is left out has its default: an empty file is a whole one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.pipeline.settings import MEMBERS, Settings

PARAMS_NAME: Final = "params.yaml"


def read_settings(path: Path) -> Settings:
    """Read ``params.yaml``.

    Raises:
        SettingsError: it cannot be read, is no YAML, or has a key that is unknown, given twice, of the wrong type or
            out of bounds; the message names the key.
    """
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be read: {' '.join(str(error).split())}") from error
    try:
        settings = msgspec.convert({} if found is None else found, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(BAD_SETTING, f"{path}: {_key(str(error))}", _reason(str(error))) from error
    for reason in _unusable(settings.train.members):
        raise SettingsError(BAD_SETTING, f"{path}: train.members", reason)
    return settings


def _unusable(members: tuple[str, ...]) -> list[str]:
    unknown = [name for name in members if name not in MEMBERS]
    reasons = [f"{name!r} is no member; there are {', '.join(MEMBERS)}" for name in unknown]
    return reasons + (["names a member twice"] if len(set(members)) < len(members) else [])


def _key(message: str) -> str:
    """The dotted key that a message of msgspec speaks of; that of an unknown field is the field itself."""
    place = message.rpartition(" - at `$")[2].rstrip("`").lstrip(".") if " - at `$" in message else ""
    unknown = message.split("`")[1] if message.startswith("Object contains unknown field") else ""
    return ".".join(part for part in (place, unknown) if part) or "the whole file"


def _reason(message: str) -> str:
    found = message.partition(" - at `$")[0]
    return "is no known setting" if found.startswith("Object contains unknown field") else f"does not fit: {found}"


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML libraries silently keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if isinstance(key, str) and keys.count(key) > 1}
        if twice:
            problem = f"the key {min(twice)!r} is given twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)

"""The words that a user wants in tags: names, aliases, a whitelist, parents; from a TOML file.

::

    [names]                      # what to write for each of the artifact's genres
    hiphop = "Hip-Hop"

    [aliases]                    # other spellings in existing tags that mean the same
    "Rap/Hip Hop" = "Hip-Hop"

    whitelist = ["Hip-Hop", "Jazz"]   # nothing else is written (at the head of the file)

    [parents]                    # written after it, as a genre of its own
    "Hip-Hop" = "Urban"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.genres import display_genre

_TABLES: Final = ("names", "aliases", "parents")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How genres are spelt in tags. The empty one writes ``Hip Hop`` for ``hiphop``, ``Jazz`` for ``jazz``.

    Attributes:
        names: what to write, by the artifact's genre.
        aliases: what to write, by another spelling; case is ignored.
        parents: what to write after it, by what is written.
        whitelist: what may be written; everything if None.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    whitelist: frozenset[str] | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a TOML file.

        Raises:
            SettingsError: it cannot be read, or says something that has no meaning here.
        """
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(BAD_SETTING, str(path), f"cannot be read as a vocabulary: {error}") from error
        unknown = sorted(set(content) - {*_TABLES, "whitelist"})
        if unknown:
            known = ", ".join([*_TABLES, "whitelist"])
            raise SettingsError(BAD_SETTING, str(path), f"has the key {unknown[0]!r}; known are {known}")
        tables = {name: _table(path, name, content.get(name, {})) for name in _TABLES}
        tables["aliases"] = {alias.casefold(): name for alias, name in tables["aliases"].items()}
        return cls(**tables, whitelist=_whitelist(path, content.get("whitelist")))

    def spelt(self, genre: str) -> tuple[str, ...]:
        """What is written for one of the artifact's genres: its name, then its parents; empty if not whitelisted."""
        name = self.names.get(genre) or display_genre(genre).title()
        chain = [self.canonical(name)]
        while (parent := self.parents.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        return tuple(word for word in chain if self.whitelist is None or word in self.whitelist)

    def canonical(self, name: str) -> str:
        """The wanted spelling of a name found in tags."""
        return self.aliases.get(name.casefold(), name)

    def merged(self, existing: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
        """Existing names as they are, then the added ones that none of them means."""
        result = list(existing)
        meant = {self.canonical(name).casefold() for name in result}
        for name in added:
            if name.casefold() not in meant:
                result.append(name)
                meant.add(name.casefold())
        return tuple(result)


def _table(path: Path, name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(word, str) and word.strip() for word in value.values()):
        raise SettingsError(BAD_SETTING, str(path), f"{name} must be a table of names that are not empty")
    return value


def _whitelist(path: Path, value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise SettingsError(BAD_SETTING, str(path), "whitelist must be a list of names that is not empty")
    return frozenset(value)

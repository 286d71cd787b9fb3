"""beets plugin: genres from the sound itself, on import and by ``beet genrekit``.

::

    plugins: genrekit
    genrekit:
        auto: yes            # on import too
        force: no            # replace genres that are there
        source: track        # or album: one answer for all its tracks
        max_genres: 1
        min_proba: 0.2       # of a second or later genre
        unsure: skip         # or a name that is given to tracks whose genre is unsure
        vocabulary: null     # TOML file, as for `genrekit tag`
        artifact: null       # folder of another artifact
        max_seconds: 300     # hear at most so much of a track
"""

from __future__ import annotations

import optparse
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from beets import ui
from beets.exceptions import UserError
from beets.library import Item, Library
from beets.plugins import BeetsPlugin
from beets.ui import Subcommand

from genrekit.collection.album import mean_answer
from genrekit.collection.tagging import Change, Existing, Policy, plan_change
from genrekit.collection.tags import TagFields
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import AudioError, GenrekitError
from genrekit.predictor import Predictor
from genrekit.values import Prediction


class GenrekitPlugin(BeetsPlugin):
    """Fills in genres by ear."""

    def __init__(self) -> None:
        super().__init__()
        self.config.add(
            {
                "auto": True,
                "force": False,
                "source": "track",
                "max_genres": 1,
                "min_proba": 0.2,
                "unsure": "skip",
                "vocabulary": None,
                "artifact": None,
                "max_seconds": 300.0,
            }
        )
        if self.config["auto"].get(bool):
            self.import_stages = [self.imported]

    def commands(self) -> list[Subcommand]:
        """``beet genrekit [QUERY]``."""
        command = Subcommand("genrekit", help="set genres by listening to the sound")
        command.parser.add_option("-f", "--force", action="store_true", help="replace genres that are there")
        command.parser.add_option("-p", "--pretend", action="store_true", help="show changes, make none")
        command.func = self.run
        return [command]

    def imported(self, _session: Any, task: Any) -> None:
        """Import stage: the importer writes the files afterwards, if it writes at all (as-is imports do not)."""
        for item, change in self._changes(task.imported_items(), self._policy(force=False)):
            item["genres"] = list(change.new)
            item.store()

    def run(self, library: Library, options: optparse.Values, arguments: Sequence[str]) -> None:
        """The command."""
        policy = self._policy(force=bool(options.force))
        failed = 0
        for item, change in self._changes(library.items(list(arguments)), policy):
            old, new = ("; ".join(genres) or "-" for genres in (change.old, change.new))
            ui.print_(f"{item}: {old} -> {new}")
            if options.pretend:
                continue
            item["genres"] = list(change.new)
            item.store()
            # Says itself, with the path, what went wrong.
            if ui.should_write() and not item.try_write():
                failed += 1
        if failed:
            raise UserError(f"genrekit: {failed} files could not be written; the library has the new genres")

    @cached_property
    def _predictor(self) -> Predictor:
        folder = self.config["artifact"].get()
        return Predictor.load(folder and self.config["artifact"].as_filename())

    def _policy(self, *, force: bool) -> Policy:
        unsure = self.config["unsure"].as_str()
        vocabulary = self.config["vocabulary"].get()
        path = Path(self.config["vocabulary"].as_filename()) if vocabulary else None
        try:
            return Policy(
                existing=Existing.REPLACE if force or self.config["force"].get(bool) else Existing.KEEP,
                max_genres=self.config["max_genres"].get(int),
                min_proba=self.config["min_proba"].as_number(),
                unsure=None if unsure == "skip" else unsure,
                vocabulary=Vocabulary.read(path) if path else Vocabulary(),
            )
        except GenrekitError as error:
            raise UserError(f"genrekit: {error}") from error

    def _changes(self, items: Iterable[Item], policy: Policy) -> Iterator[tuple[Item, Change]]:
        """The items whose genre is to change, and how."""
        # What has a genre is not even listened to.
        wanted = [item for item in items if policy.existing is Existing.REPLACE or not _genres(item)]
        by_album = self.config["source"].as_choice(["track", "album"]) == "album"
        groups: dict[Any, list[tuple[Item, Prediction]]] = {}
        for item in wanted:
            answer = self._answer(item)
            if answer is not None:
                key = item.album_id if by_album and item.album_id else ("track", item.path)
                groups.setdefault(key, []).append((item, answer))
        below = self._predictor.artifact.manifest.unsure_below if wanted else 0.0
        for members in groups.values():
            shared = mean_answer([answer for _, answer in members], below)
            for item, _ in members:
                change = plan_change(_path(item), shared, TagFields(_genres(item)), policy)
                if change.is_needed:
                    yield item, change
                else:
                    self._log.info("{}: left as it is: {}", item, change.reason)

    def _answer(self, item: Item) -> Prediction | None:
        try:
            return self._predictor.predict(_path(item), max_seconds=self.config["max_seconds"].as_number())
        except AudioError as error:
            self._log.warning("{}", error)
            return None
        except GenrekitError as error:
            raise UserError(f"genrekit: {error}") from error


def _genres(item: Item) -> tuple[str, ...]:
    return tuple(item.get("genres") or ())


def _path(item: Item) -> Path:
    return Path(os.fsdecode(item.path))

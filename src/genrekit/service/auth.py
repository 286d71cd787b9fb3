"""Who may ask, and how often: API keys, hashed at rest, and a bucket of requests for each client."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from genrekit.errors import BAD_SETTING, QUOTA_SPENT, UNAUTHORIZED, ServiceError, SettingsError

_LINE: Final = re.compile(r"([A-Za-z0-9_.-]{1,64}):([0-9a-f]{64})")
_CLIENTS: Final = 10_000


def make_key(name: str) -> tuple[str, str]:
    """A new key, and the line that stands for it in the file of keys.

    A key is 256 random bits; a plain SHA-256 of it cannot be searched, so a slow password hash would add nothing.

    Raises:
        SettingsError: the name has other letters than ``A-Z a-z 0-9 _ . -``.
    """
    key = f"gk_{secrets.token_urlsafe(32)}"
    line = f"{name}:{_digest(key)}"
    if not _LINE.fullmatch(line):
        raise SettingsError(BAD_SETTING, f"name {name!a}", "must be 1 to 64 letters, digits, or one of _ . -")
    return key, line


def read_keys(path: Path | None) -> Mapping[str, str]:
    """Digest by name; empty without a file.

    Raises:
        SettingsError: the file cannot be read, has a line of another form, or has no line at all.
    """
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            BAD_SETTING, str(path), f"cannot be read as a file of keys ({type(error).__name__})"
        ) from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    matches = [(number, _LINE.fullmatch(line)) for number, line in lines if line and not line.startswith("#")]
    for number, match in matches:
        if match is None:
            raise SettingsError(BAD_SETTING, f"{path}, line {number}", "is not of the form NAME:SHA256")
    if not matches:
        raise SettingsError(BAD_SETTING, str(path), "holds no key, so that nobody could ask")
    return {match[1]: match[2] for _, match in matches if match is not None}


def who_asks(keys: Mapping[str, str], authorization: str) -> str:
    """Name of the key in an Authorization header. All keys are compared, each in constant time.

    Raises:
        ServiceError: there is no key, or not one of ours.
    """
    scheme, _, key = authorization.partition(" ")
    digest = _digest(key.strip())
    found = [name for name, known in keys.items() if hmac.compare_digest(known, digest)]
    if scheme.lower() != "bearer" or not found:
        raise ServiceError(UNAUTHORIZED, "Authorization", "carries no key of this service")
    return found[0]


class Quota:
    """A bucket for each client: so many requests at once, refilled evenly over a minute.

    The number of clients that are remembered is bounded; the one not seen the longest starts anew.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str, now: float) -> None:
        """Take one request out of the client's bucket.

        Args:
            client: whose.
            now: of a clock that never goes back [s].

        Raises:
            ServiceError: it is empty.
        """
        if not self._per_minute:
            return
        refill = self._per_minute / 60
        left, since = self._buckets.pop(client, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - since) * refill)
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if left < 1:
            error = ServiceError(QUOTA_SPENT, "quota", f"of {self._per_minute} requests a minute is spent")
            error.retry_after = math.ceil((1 - left) / refill)
            raise error


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()

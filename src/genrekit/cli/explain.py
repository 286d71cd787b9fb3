"""``genrekit explain``: the error table, for people."""

from __future__ import annotations

from genrekit.errors import ERROR_TABLE, find_kind


def run(code: str | None) -> int:
    """Print one row of the error table, or a list of all.

    Raises:
        SettingsError: no error has this code.
    """
    if code is None:
        for kind in ERROR_TABLE:
            print(f"{kind.code}  {kind.name}")
        return 0
    kind = find_kind(code)
    print(f"{kind.code} {kind.name}\n\n{kind.meaning}\n\nWhat to do: {kind.hint}")
    print(f"\nExit status {kind.exit_status}, HTTP status {kind.http_status}.")
    return 0

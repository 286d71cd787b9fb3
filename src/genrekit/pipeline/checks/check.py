"""The result of one check, and how a figure is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    SHORT = "short of what is wanted"
    FAILED = "failed"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Table:
    """Details of a check.

    Attributes:
        header: names of the columns.
        rows: cells as text.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check and what came of it.

    Attributes:
        subject: what is examined: ``integrity``, ``leakage``, ...
        name: unique within the subject.
        status: only `Status.FAILED` closes the gate.
        value: what was measured; None where there is no single figure.
        gate: the limit beyond which the check fails; None where nothing is gated.
        wanted: what it should reach; None where nothing more is wanted.
        note: what the figure means.
        table: details.
    """

    subject: str
    name: str
    status: Status
    value: float | None
    gate: float | None
    wanted: float | None
    note: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure is held against.

    Attributes:
        gate: beyond it the check fails.
        wanted: what it should reach; the gate where nothing more is wanted.
    """

    gate: float
    wanted: float


def at_most(subject: str, name: str, value: float, limit: Limit, note: str, table: Table | None = None) -> Check:
    """A figure that should be small."""
    status = _judge(value <= limit.gate, value <= limit.wanted)
    return Check(subject, name, status, value, limit.gate, limit.wanted, note, table)


def at_least(subject: str, name: str, value: float, limit: Limit, note: str, table: Table | None = None) -> Check:
    """A figure that should be large."""
    status = _judge(value >= limit.gate, value >= limit.wanted)
    return Check(subject, name, status, value, limit.gate, limit.wanted, note, table)


def none_of(subject: str, name: str, found: Table, note: str) -> Check:
    """Things of which there must not be any; the table lists those found."""
    return at_most(subject, name, float(len(found.rows)), Limit(0, 0), note, found)


def reported(subject: str, name: str, value: float | None, note: str, table: Table | None = None) -> Check:
    """A figure that is told and not judged."""
    return Check(subject, name, Status.REPORTED, value, None, None, note, table)


def _judge(passes: bool, reaches: bool) -> Status:
    if not passes:
        return Status.FAILED
    return Status.PASSED if reaches else Status.SHORT

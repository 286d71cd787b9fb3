"""A small typed client of the service; needs nothing but the standard library and the wire records.

>>> from genrekit.client import Client
>>> Client("http://127.0.0.1:8000").predict("song.mp3").genre  # doctest: +SKIP
'jazz'
"""

from __future__ import annotations

import json
import os
import time
import urllib.parse
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from genrekit.errors import BAD_SETTING, OVERLOADED, QUOTA_SPENT, ServiceError, SettingsError
from genrekit.transport import Call, FormBody, exchange
from genrekit.wire import AnswerRecord, JobRecord, LimitsRecord, ModelRecord

_T = TypeVar("_T")
_POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Client:
    """A service at an address. Holds no connection, and may be shared by threads.

    Attributes:
        url: of the service, such as ``http://127.0.0.1:8000``.
        key: API key, where the service asks for one.
        timeout: for each answer [s].
        patience: how long to try again while the service is full, or the quota is spent [s].
    """

    url: str
    key: str | None = None
    timeout: float = 120.0
    patience: float = 0.0

    def __post_init__(self) -> None:
        """Check the address.

        Raises:
            SettingsError: it is no http or https address.
        """
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(BAD_SETTING, f"url {self.url}", "must begin with http:// or https://")

    def predict(
        self,
        path: str | os.PathLike[str],
        *,
        top: int = 3,
        timeline: bool = False,
        threshold: float | None = None,
        max_seconds: float | None = None,
    ) -> AnswerRecord:
        """The genre of a sound file.

        Args:
            path: of the file.
            top: how many candidates to list.
            timeline: whether to tell the genre over time.
            threshold: top probability below which the answer is "unsure"; the artifact's own if None.
            max_seconds: hear only the beginning [s].

        Raises:
            AudioError: there is no answer to be had from this file.
            ServiceError: the service refuses the request, or is not there.
        """
        query = _query(top=top, timeline=timeline, threshold=threshold, max_seconds=max_seconds)
        return self._call("POST", f"/v1/predictions{query}", AnswerRecord, files=[Path(path)], field="file")

    def predict_samples(
        self,
        samples: Sequence[float] | Sequence[Sequence[float]],
        sample_rate: int,
        *,
        top: int = 3,
        timeline: bool = False,
        threshold: float | None = None,
    ) -> AnswerRecord:
        """The genre of samples.

        Args:
            samples: full scale at 1: one number a frame, or the numbers of all channels a frame.
            sample_rate: [Hz].
            top: how many candidates to list.
            timeline: whether to tell the genre over time.
            threshold: as in `predict`.

        Raises:
            AudioError: there is no answer to be had from these samples.
            ServiceError: the service refuses the request, or is not there.
        """
        query = _query(top=top, timeline=timeline, threshold=threshold)
        body = msgspec.json.encode({"samples": samples, "sample_rate": sample_rate})
        return self._call("POST", f"/v1/predictions/samples{query}", AnswerRecord, body=body)

    def submit(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        timeline: bool = False,
        max_seconds: float | None = None,
        idempotency_key: str | None = None,
    ) -> JobRecord:
        """Have many files, or long ones, answered later.

        Args:
            paths: of the files.
            timeline: whether to tell the genre over time.
            max_seconds: hear only the beginning of each [s].
            idempotency_key: the same key with the same files is the same job; a new one if None.

        Raises:
            ServiceError: the service refuses the request, or is not there.
        """
        key = idempotency_key or uuid.uuid4().hex
        query = _query(timeline=timeline, max_seconds=max_seconds)
        files = [Path(path) for path in paths]
        return self._call("POST", f"/v1/jobs{query}", JobRecord, files=files, field="files", idempotency_key=key)

    def job(self, job_id: str) -> JobRecord:
        """A job and its results so far.

        Raises:
            ServiceError: there is no such job, or no service.
        """
        return self._call("GET", f"/v1/jobs/{urllib.parse.quote(job_id, safe='')}", JobRecord)

    def wait(self, job_id: str, *, seconds: float = 3600.0) -> JobRecord:
        """A job when it is done or cancelled, or as it is when the time is up.

        Raises:
            ServiceError: there is no such job, or no service.
        """
        end = time.monotonic() + seconds
        while (record := self.job(job_id)).state in ("queued", "running") and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        return record

    def cancel(self, job_id: str) -> JobRecord:
        """Take a job's waiting files out of the queue.

        Raises:
            ServiceError: there is no such job, or no service.
        """
        return self._call("DELETE", f"/v1/jobs/{urllib.parse.quote(job_id, safe='')}", JobRecord)

    def model(self) -> ModelRecord:
        """Which artifact answers.

        Raises:
            ServiceError: there is no service.
        """
        return self._call("GET", "/v1/model", ModelRecord)

    def limits(self) -> LimitsRecord:
        """What the service takes.

        Raises:
            ServiceError: there is no service.
        """
        return self._call("GET", "/v1/limits", LimitsRecord)

    def _call(
        self,
        method: str,
        target: str,
        record: type[_T],
        *,
        body: bytes | None = None,
        files: Sequence[Path] = (),
        field: str = "",
        idempotency_key: str | None = None,
    ) -> _T:
        end = time.monotonic() + self.patience
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        while True:
            try:
                content = FormBody(files, field) if files else body
                return exchange(Call(self.url, method, target, headers, content, self.timeout), record)
            except ServiceError as error:
                pause = error.retry_after or 1
                if error.kind not in (OVERLOADED, QUOTA_SPENT) or time.monotonic() + pause > end:
                    raise
                time.sleep(pause)


def _query(**options: Any) -> str:
    given = {name: json.dumps(value) for name, value in options.items() if value is not None}
    return f"?{urllib.parse.urlencode(given)}" if given else ""

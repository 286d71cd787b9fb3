"""The errors of genrekit, in one small tree, and what each door says of them.

::

    GenrekitError
    ├── AudioError           GK1xx  a sound file (or samples) that cannot be answered
    ├── ArtifactError        GK2xx  a model on disk that is refused
    ├── SettingsError        GK3xx  an option, parameter or setting that makes no sense
    ├── DatasetError         GK4xx  training data that cannot be used
    ├── MissingExtraError    GK5xx  an optional part that is not installed
    ├── ServiceError         GK6xx  a request to the service that is refused
    └── TagError             GK7xx  a file whose tags are better left as they are

Every error carries an `ErrorKind` from the one table below: a stable code, what it means, what to do,
the command line's exit status and the HTTP status. The command line, the service and the documentation
translate from that table and from nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One row of the error table.

    Attributes:
        code: stable identifier, ``GK`` and three digits; never reused.
        name: the same in words, as the service's problem type uses it.
        meaning: what has happened, in one or two sentences.
        hint: what the user can do about it.
        exit_status: of a command that ends because of it (see the CLI reference).
        http_status: of a response that ends because of it.
    """

    code: str
    name: str
    meaning: str
    hint: str
    exit_status: int
    http_status: int


MISSING = ErrorKind(
    "GK101",
    "missing-file",
    "There is nothing at this path.",
    "Check the spelling and the working folder.",
    1,
    404,
)
UNREADABLE = ErrorKind(
    "GK102",
    "unreadable-file",
    "The path exists but cannot be read: permissions, a device, or a file that vanished meanwhile.",
    "Check the permissions, and that the path is an ordinary file.",
    1,
    400,
)
EMPTY = ErrorKind(
    "GK103", "empty-file", "The file holds no bytes, or no sound.", "Fetch or export the file again.", 1, 422
)
NOT_AUDIO = ErrorKind(
    "GK104",
    "not-audio",
    "No decoder recognises the content; the extension does not count.",
    "Give a sound file: wav, flac, mp3, ogg, opus, m4a, aiff, au, webm or wma.",
    1,
    415,
)
CORRUPT = ErrorKind(
    "GK105",
    "corrupt-audio",
    "The format is known but the content is damaged so far that no second of sound could be decoded.",
    "Play the file in another program; fetch or export it again.",
    1,
    422,
)
TOO_SHORT = ErrorKind(
    "GK106",
    "too-short",
    "There is less sound than an answer can rest on.",
    "Give at least one second; ten seconds or more make a far better answer.",
    1,
    422,
)
SILENT = ErrorKind(
    "GK107",
    "silent",
    "The sound is digital silence or so quiet that only rounding noise is left.",
    "Check the recording level, or whether the wrong channel was exported.",
    1,
    422,
)
TOO_LONG = ErrorKind(
    "GK108",
    "too-long",
    "The sound is longer than the limit.",
    "Ask for a part of it (--max-seconds), or raise the limit.",
    1,
    422,
)
TOO_MANY_CHANNELS = ErrorKind(
    "GK109",
    "too-many-channels",
    "The file claims more channels than the limit.",
    "Mix the file down to stereo first.",
    1,
    422,
)
TIME_LIMIT = ErrorKind(
    "GK110",
    "time-limit",
    "Decoding took longer than allowed: a slow drive, or a file made to stall decoders.",
    "Try again from a local disk.",
    1,
    422,
)
NO_AUDIO_IN_FOLDER = ErrorKind(
    "GK111",
    "no-audio-in-folder",
    "Neither the folder nor anything below it has a file with an audio extension.",
    "Check the path; name files directly to have them tried whatever they are called.",
    1,
    404,
)
NOT_FINITE = ErrorKind(
    "GK112",
    "not-finite",
    "The samples include NaN or infinity, which no sound has.",
    "Export the file again; such values come from a fault in the program that wrote it.",
    1,
    422,
)
TOO_LARGE = ErrorKind(
    "GK113",
    "too-large",
    "The file has more bytes than the limit.",
    "Give a compressed copy or a part of it, or raise the limit.",
    1,
    413,
)
BAD_SAMPLES = ErrorKind(
    "GK114",
    "bad-samples",
    "The samples given in memory are not what is documented: their shape, type or sample rate.",
    "Give numbers of shape (n,), or (n, channels), with their sample rate in Hz.",
    1,
    422,
)
DECODER_ENDED = ErrorKind(
    "GK115",
    "decoder-ended",
    "The process that decodes strangers' files ended while it read this one.",
    "Export the file again in another format; if other files end the same way, tell the operator.",
    1,
    422,
)
CHANGED = ErrorKind(
    "GK116",
    "changed-while-read",
    "The file was written to while it was being read, so that the answer would belong to neither version.",
    "Run again when the copy or download has ended.",
    1,
    409,
)

ARTIFACT_MISSING = ErrorKind(
    "GK201",
    "artifact-missing",
    "There is no artifact at this path.",
    "Check the path given as the artifact.",
    3,
    503,
)
ARTIFACT_INVALID = ErrorKind(
    "GK202",
    "artifact-invalid",
    "The artifact's manifest is damaged or does not follow the schema; unknown keys are refused, not ignored.",
    "Fetch or build the artifact again.",
    3,
    503,
)
ARTIFACT_PROTOCOL = ErrorKind(
    "GK203",
    "artifact-protocol",
    "The artifact was written in a protocol that this version does not read.",
    "Update genrekit, or use an artifact of a protocol that it reads.",
    3,
    503,
)
ARTIFACT_HASH = ErrorKind(
    "GK204",
    "artifact-hash",
    "A file of the artifact is not the one that its manifest names: damaged, exchanged or missing.",
    "Fetch or build the artifact again; do not edit its files.",
    3,
    503,
)
ARTIFACT_GRAPH = ErrorKind(
    "GK205",
    "artifact-graph",
    "A graph in the artifact uses operators or external data that a genre model has no need of.",
    "Do not use this artifact unless you know where it comes from; build it again.",
    3,
    503,
)
ARTIFACT_VIEW = ErrorKind(
    "GK206",
    "artifact-view",
    "The artifact was trained on features that this installation computes otherwise.",
    "Install the version of clipfeat that the artifact names, or train again.",
    3,
    503,
)

BAD_SETTING = ErrorKind(
    "GK301", "bad-setting", "An option or a setting has a value that makes no sense.", "See --help.", 2, 400
)
UNKNOWN_CODE = ErrorKind(
    "GK302",
    "unknown-code",
    "There is no error of this code.",
    "Run `genrekit explain` to list all codes.",
    2,
    404,
)

REGISTRY_FAILED = ErrorKind(
    "GK303",
    "registry-failed",
    "The tracking server or its registry cannot be reached, refuses, or has nothing of this name.",
    "Check MLFLOW_TRACKING_URI, _USERNAME and _PASSWORD, and the name of the model and its alias.",
    2,
    502,
)

DATASET_MISSING = ErrorKind(
    "GK401",
    "dataset-missing",
    "There is no data set where one was expected.",
    "Check the path that is named; the stages of training want GENREKIT_DATA, the folder that holds index.csv.",
    1,
    400,
)
DATASET_INVALID = ErrorKind(
    "GK402",
    "dataset-invalid",
    "The music or its lists cannot be learnt from as they are.",
    "Correct what the message names: a row, a column, a file, or a genre with too little music.",
    1,
    400,
)

MISSING_EXTRA = ErrorKind(
    "GK501",
    "missing-extra",
    "This needs an optional part of genrekit that is not installed.",
    "Run the install command that the message gives.",
    2,
    501,
)
UNAUTHORIZED = ErrorKind(
    "GK601",
    "unauthorized",
    "This service answers only requests that carry one of its API keys.",
    "Send the header `Authorization: Bearer KEY`.",
    2,
    401,
)
NOT_FOUND = ErrorKind(
    "GK602",
    "not-found",
    "The service has nothing at this address: no such route, or no such job for this client.",
    "Compare the address with /docs; results of a job are kept for a limited time.",
    2,
    404,
)
METHOD_NOT_ALLOWED = ErrorKind(
    "GK603",
    "method-not-allowed",
    "The address exists, but not for this HTTP method.",
    "Compare the method with /docs.",
    2,
    405,
)
BODY_TIMEOUT = ErrorKind(
    "GK604",
    "body-timeout",
    "The body of the request did not arrive in the time allowed.",
    "Send it without pauses, or send a smaller file over a slow line.",
    2,
    408,
)
BODY_TOO_LARGE = ErrorKind(
    "GK605",
    "body-too-large",
    "The body of the request has more bytes than the limit that /v1/limits tells.",
    "Send a compressed file, or a part of it.",
    2,
    413,
)
UNSUPPORTED_TYPE = ErrorKind(
    "GK606",
    "unsupported-type",
    "The request's Content-Type is not one that this address takes.",
    "Send multipart/form-data with one file, or the bytes alone with an audio type such as audio/mpeg.",
    2,
    415,
)
MALFORMED = ErrorKind(
    "GK607",
    "malformed-request",
    "The request, in its body or its parameters, does not follow the form that this address takes.",
    "Compare it with the example in /docs.",
    2,
    400,
)
QUOTA_SPENT = ErrorKind(
    "GK608",
    "quota-spent",
    "This client has sent more requests than its quota allows.",
    "Wait as many seconds as the header Retry-After says.",
    2,
    429,
)
OVERLOADED = ErrorKind(
    "GK609",
    "overloaded",
    "As many requests as the service holds are in work or waiting.",
    "Try again after as many seconds as the header Retry-After says.",
    2,
    503,
)
NOT_READY = ErrorKind(
    "GK610",
    "not-ready",
    "The service is starting, stopping, or has no worker that answers.",
    "Try again after as many seconds as the header Retry-After says.",
    2,
    503,
)
KEY_REUSED = ErrorKind(
    "GK611",
    "idempotency-key-reused",
    "This Idempotency-Key came before with another content.",
    "Use a new key for a new job.",
    2,
    422,
)
INTERNAL = ErrorKind(
    "GK612",
    "internal-error",
    "The service met a fault of its own; its log holds the details under the request's id.",
    "Report it with the request id.",
    2,
    500,
)
UNEXPECTED_ANSWER = ErrorKind(
    "GK613",
    "unexpected-answer",
    "What answered is not this service, or could not be reached.",
    "Check the address; /healthz of the service answers without a key.",
    2,
    502,
)

TAGS_UNSUPPORTED = ErrorKind(
    "GK701",
    "tags-unsupported",
    "The file's container, or the version of its tags, is none that can be written without loss.",
    "Supported are mp3 (ID3v2.3, 2.4), flac, ogg, opus, m4a, wma, aiff and wav.",
    1,
    415,
)
TAGS_UNREADABLE = ErrorKind(
    "GK702",
    "tags-unreadable",
    "The file's tags or its structure are damaged; a fresh tag would destroy what is left of them.",
    "Repair the tags with a tag editor first, or leave the file as it is.",
    1,
    422,
)
TAGS_UNSAFE = ErrorKind(
    "GK703",
    "tags-unsafe",
    "An edited copy did not keep every other tag and every byte of sound, so it was thrown away.",
    "The file is as it was. Its tags have something unusual that a tag editor may be able to clean up.",
    1,
    422,
)
TAGS_NOT_WRITTEN = ErrorKind(
    "GK704",
    "tags-not-written",
    "The file system refused: a read-only file, a full disk, missing rights, or the file changed meanwhile.",
    "The file is as it was. Correct what the message names and run again.",
    1,
    409,
)
NOT_UNDONE = ErrorKind(
    "GK705",
    "not-undone",
    "The file is no longer the one that the journal describes, so that undoing would destroy later changes.",
    "Nothing was changed. Move the file back to its old place, or restore it from a backup.",
    1,
    409,
)
JOURNAL_INVALID = ErrorKind(
    "GK706",
    "journal-invalid",
    "The file is no journal of genrekit, or of a version that is not readable here.",
    "Give the journal that `genrekit tag --write` named at its end.",
    1,
    400,
)

ERROR_TABLE: tuple[ErrorKind, ...] = tuple(
    sorted((kind for kind in list(globals().values()) if isinstance(kind, ErrorKind)), key=lambda kind: kind.code)
)


class GenrekitError(Exception):
    """Base of all errors of genrekit.

    Args:
        kind: the row of `ERROR_TABLE`.
        subject: the thing concerned: a path, an option, a file inside an artifact.
        reason: what is wrong with it, as the rest of a sentence.
    """

    def __init__(self, kind: ErrorKind, subject: str, reason: str) -> None:
        subject = printable(subject)
        super().__init__(f"{subject}: {reason}")
        self.kind = kind
        self.subject = subject
        self.reason = reason

    def __reduce__(self) -> tuple[type[GenrekitError], tuple[ErrorKind, str, str]]:
        # Worker processes hand errors back pickled; the default would rebuild from the one joined sentence.
        return type(self), (self.kind, self.subject, self.reason)


class AudioError(GenrekitError, ValueError):
    """A sound file, or samples in memory, that cannot be answered."""


class ArtifactError(GenrekitError):
    """A model on disk that is refused."""


class SettingsError(GenrekitError, ValueError):
    """An option, parameter or setting that makes no sense."""


class DatasetError(GenrekitError, ValueError):
    """Training data that cannot be used."""


class MissingExtraError(GenrekitError, ImportError):
    """An optional part that is not installed.

    Args:
        extra: name of the extra, as in ``pip install "genrekit[EXTRA]"``.
        purpose: what was asked for that needs it.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            MISSING_EXTRA,
            purpose,
            f'needs the extra "{extra}"; install it with: pip install "genrekit[{extra}]"',
        )
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[type[GenrekitError], tuple[str, str]]:  # type: ignore[override]
        return type(self), (self.extra, self.purpose)


class ServiceError(GenrekitError):
    """A request to the service that is refused.

    Attributes:
        retry_after: in how many seconds it is worth another try [s], where that is known.
    """

    retry_after: int | None = None


class TagError(GenrekitError):
    """A file whose tags are better left as they are."""


def printable(text: str) -> str:
    r"""Text that any terminal and JSON can carry: what is no UTF-8 in a file's name becomes ``\xNN``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def find_kind(code: str) -> ErrorKind:
    """The row of `ERROR_TABLE` for a code such as ``GK106`` or a name such as ``too-short``; case is ignored.

    Raises:
        SettingsError: there is no such row.
    """
    for kind in ERROR_TABLE:
        if code.lower() in (kind.code.lower(), kind.name):
            return kind
    raise SettingsError(UNKNOWN_CODE, code, "no error has this code or name; `genrekit explain` lists them all")

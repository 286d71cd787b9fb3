"""A data set described for machines: Croissant 1.0, JSON-LD with the vocabulary of schema.org (MLCommons, 2024)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_CONTEXT: Final[Mapping[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.0"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file of a data set.

    Attributes:
        name: of the file.
        content: its bytes, for the checksum.
        columns: name of a column to its type (``sc:Text``, ``sc:Integer``, ``sc:Float``) and description.
    """

    name: str
    content: bytes
    columns: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a data set.

    Attributes:
        name: letters, digits and hyphens.
        description: a paragraph.
        licence: its name or address; says so where it is unknown.
        url: where it is described.
        cite_as: reference.
        published: ISO date.
        version: of the description.
        creators: names of people or bodies.
    """

    name: str
    description: str
    licence: str
    url: str
    cite_as: str
    published: str
    version: str
    creators: Sequence[str]


def croissant(about: Description, tables: Sequence[Table]) -> dict[str, Any]:
    """The description as JSON-LD: a file and a set of records for each table."""
    return {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": about.name,
        "description": about.description,
        "license": about.licence,
        "url": about.url,
        "citeAs": about.cite_as,
        "datePublished": about.published,
        "version": about.version,
        "creator": [{"@type": "sc:Organization", "name": name} for name in about.creators],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": table.name,
                "name": table.name,
                "contentUrl": table.name,
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(table.content).hexdigest(),
            }
            for table in tables
        ],
        "recordSet": [_records(table) for table in tables],
    }


def _records(table: Table) -> dict[str, Any]:
    stem = table.name.rpartition("/")[2].removesuffix(".csv")
    return {
        "@type": "cr:RecordSet",
        "@id": stem,
        "name": stem,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{stem}/{column}",
                "name": column,
                "description": description,
                "dataType": kind,
                "source": {"fileObject": {"@id": table.name}, "extract": {"column": column}},
            }
            for column, (kind, description) in table.columns.items()
        ],
    }

import hashlib
import json

import pytest

from genrekit.pipeline.cards.croissant import CONFORMS_TO, Description, Table, croissant

ABOUT = Description("set-a", "A set.", "Unknown", "http://example.org", "A. B., 2026", "2026-01-02", "1.0.0", ["A. B."])
TABLE = Table("tables/rows.csv", b"name,size\nx,1\n", {"name": ("sc:Text", "a name"), "size": ("sc:Integer", "a size")})


@pytest.fixture
def description():
    return json.loads(json.dumps(croissant(ABOUT, [TABLE])))


def test_it_says_what_it_conforms_to_and_all_that_is_mandatory(description):
    assert description["conformsTo"] == CONFORMS_TO
    assert description["@type"] == "sc:Dataset"
    required = ("@context", "name", "description", "license", "url", "creator", "datePublished", "version", "citeAs")
    assert all(description[key] for key in required)


def test_files_have_checksums_and_fields_come_from_them(description):
    (file,) = description["distribution"]
    assert file["sha256"] == hashlib.sha256(TABLE.content).hexdigest()
    (records,) = description["recordSet"]
    for field in records["field"]:
        assert field["source"]["fileObject"]["@id"] == file["@id"]
        assert field["source"]["extract"]["column"] == field["name"]
        assert field["dataType"].startswith("sc:")


def test_ids_are_unique_and_every_term_is_defined(description):
    ids = [each["@id"] for each in (*description["distribution"], *description["recordSet"])]
    ids += [field["@id"] for records in description["recordSet"] for field in records["field"]]
    assert len(set(ids)) == len(ids)
    assert {"citeAs", "conformsTo", "recordSet", "field", "source", "extract", "column"} <= set(description["@context"])

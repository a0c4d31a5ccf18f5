"""Packed documents: what is unpacked is bounded, whatever the file says of itself."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from rag.errors import LoadError
from rag.load.kinds import WORD
from rag.load.zipped import Package, attribute, child, children, local_name, open_package, resolve
from tests.load.office import docx_file, encrypted_office_file, packed

ZEROS = bytes(3_000_000)


def package(data: bytes, limit_bytes: int = 1_000_000) -> Package:
    return open_package(data, source="docs/a.docx", kind=WORD, limit_bytes=limit_bytes)


def with_declared_size(data: bytes, size: int) -> bytes:
    """The zip file of one part, its two headers changed to say that the part unpacks to `size` bytes."""
    changed = bytearray(data)
    directory = data.rindex(b"PK\x01\x02")
    changed[directory + 24 : directory + 28] = changed[22:26] = struct.pack("<I", size)
    return bytes(changed)


def test_parts_are_found_whatever_their_case_and_slashes() -> None:
    found = package(packed({"Word\\Document.xml": "<a>نص</a>", "x.bin": b"1"}))
    assert "word/document.xml" in found
    assert found.read("/word/DOCUMENT.xml").decode() == "<a>نص</a>"
    assert found.xml("word/document.xml").text == "نص"
    assert found.names(lambda name: name.endswith(".bin")) == ["x.bin"]


def test_a_part_beyond_the_budget_is_refused_before_it_is_unpacked() -> None:
    found = package(packed({"a": ZEROS}))
    with pytest.raises(LoadError, match=r"docs/a\.docx unpacks to more than 1,000,000 bytes.*Split it"):
        found.read("a")
    assert found.is_spent


def test_the_budget_is_for_all_parts_together() -> None:
    found = package(packed({"a": bytes(600_000), "b": bytes(600_000)}))
    assert len(found.read("a")) == 600_000
    with pytest.raises(LoadError, match=r"unpacks to more than"):
        found.read("b")


def test_a_size_that_is_declared_too_small_gives_no_more_than_it_says() -> None:
    found = package(with_declared_size(packed({"a": ZEROS}), 100))
    with pytest.raises(LoadError, match=r"is damaged"):
        found.read("a")
    assert found.left_bytes >= 1_000_000 - 100


def test_a_part_that_needs_a_password() -> None:
    data = bytearray(packed({"a": b"x"}))
    for flags in (6, data.rindex(b"PK\x01\x02") + 8):
        data[flags] |= 1
    with pytest.raises(LoadError, match=r"protected by a password"):
        package(bytes(data)).read("a")


def test_ways_of_packing_without_a_bound_are_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a", ZEROS)
    with pytest.raises(LoadError, match=r"is damaged"):
        package(out.getvalue()).read("a")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx_file([("", "نص")])[:-100], "is cut short"),
        (b"PK\x03\x04" + b"\x00" * 40 + b"PK\x05\x06", "is damaged and cannot be read as a Word document"),
        (encrypted_office_file(), "is protected by a password"),
        (b"%PDF-1.4", "is not a Word document: it looks like a PDF. Rename it so that it ends in .pdf"),
        (b"\x00\x01\x02", "is damaged and cannot be read as a Word document"),
    ],
)
def test_what_is_no_sound_zip_file_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        package(data)
    assert reason in caught.value.en
    assert "docs/a.docx" in caught.value.ar


@pytest.mark.parametrize(
    "xml",
    [
        "<a>",
        "",
        "<a>&unknown;</a>",
        '<?xml version="1.0" encoding="no-such"?><a/>',
        # The billion laughs, and the same made of one long entity.
        "<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>"
        + "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 10}'>" for n in range(9))
        + "]><a>&e9;</a>",
        f"<!DOCTYPE a [<!ENTITY e '{'x' * 100_000}'>]><a>{'&e;' * 10_000}</a>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>",
    ],
)
def test_xml_that_is_broken_or_grows_is_damaged(xml: str) -> None:
    found = package(packed({"a": xml}))
    with pytest.raises(LoadError, match=r"is damaged"):
        found.xml("a")
    with pytest.raises(LoadError, match=r"is damaged"):
        list(found.events(found.read("a")))


def test_a_missing_part_is_damage() -> None:
    with pytest.raises(LoadError, match=r"is damaged"):
        package(packed({"a": b""})).read("word/document.xml")


def test_elements_inside_a_path_are_given_whole_and_emptied_after() -> None:
    xml = (
        "<r xmlns='urn:x'><head><b><p>no</p></b></head><b><c><p>واحد<i>2</i></p><p>three</p></c></b><c/></r>"
    )
    found = package(packed({"a": xml}))
    seen = [("".join(element.itertext()), element) for element in found.inside(xml.encode(), "b", "c")]
    assert [text for text, _ in seen] == ["واحد2", "three"]
    assert all(len(element) == 0 for _, element in seen)
    with pytest.raises(LoadError):
        list(found.inside(xml.encode(), "b", "nowhere"))
    with pytest.raises(LoadError):
        list(found.inside(b"<r><b><p/>", "b"))


def test_elements_by_local_names() -> None:
    root = package(packed({"a": "<x:r xmlns:x='u' xmlns:y='v' y:id='7'><x:s><y:t/><y:u/></x:s></x:r>"})).xml(
        "a"
    )
    assert local_name(root) == "r"
    assert (attribute(root, "id"), attribute(root, "none")) == ("7", "")
    found = child(root, "s", "u")
    assert found is not None
    assert local_name(found) == "u"
    assert child(root, "s", "none", "u") is None
    assert [local_name(each) for each in children(root, "s")] == ["t", "u"]
    assert children(root, "none") == []


@pytest.mark.parametrize(
    ("base", "target", "part"),
    [
        ("word", "styles.xml", "word/styles.xml"),
        ("ppt/slides", "../media/a.png", "ppt/media/a.png"),
        ("word", "/word/document.xml", "word/document.xml"),
        ("", "word\\document.xml", "word/document.xml"),
    ],
)
def test_targets_are_names_of_parts(base: str, target: str, part: str) -> None:
    assert resolve(base, target) == part

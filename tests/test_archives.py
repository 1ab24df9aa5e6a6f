"""Archives as a student may make them, by accident or in malice: each costs its own hand-in and no other."""

import io
import os
import stat
import struct
import time
import zipfile

import pytest

from grader.intake import archive, sift
from grader.intake.archive import members
from grader.intake.collect import collect
from tests.downloads import NOBODY, SLUG, course_fixture, notebook, packed, reasons, submitted, template_fixture, zipped  # noqa: F401

ADA, BEN = notebook("ada"), notebook("ben")


def stored(name, data, **more):
    """A zip of one member, written with zipfile and then changed in its headers: method, version, flags as 16-bit numbers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", more.pop("compression", zipfile.ZIP_STORED)) as opened:
        opened.writestr(name, data)
    raw = bytearray(buffer.getvalue())
    local, central = raw.index(b"PK\x03\x04"), raw.index(b"PK\x01\x02")
    for field, (at, there) in {"version": (4, 6), "flags": (6, 8), "method": (8, 10)}.items():
        if field in more:
            struct.pack_into("<H", raw, local + at, more[field])
            struct.pack_into("<H", raw, central + there, more[field])
    return bytes(raw)


def broken(raw, at=60):
    """The same bytes with some of them changed in the middle of the first member's data."""
    return raw[:at] + bytes(b ^ 0x5A for b in raw[at : at + 40]) + raw[at + 40 :]


def linked():
    entry = zipfile.ZipInfo("x.ipynb")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed({entry: "/etc/passwd"})


def many(number):
    return packed({f"{i}.txt": b"" for i in range(number)} | {"x.ipynb": ADA})


LONG = notebook("x" * 3000)
HOSTILE = {
    "a version that does not exist": stored("x.ipynb", ADA, version=99),
    "a method that does not exist": stored("x.ipynb", ADA, method=77),
    "deflate64": stored("x.ipynb", ADA, method=9),
    "a password": stored("x.ipynb", ADA, flags=1),
    "strong encryption": stored("x.ipynb", ADA, flags=0x41),
    "patched data": stored("x.ipynb", ADA, flags=0x20),
    "damaged deflate": broken(stored("x.ipynb", LONG, compression=zipfile.ZIP_DEFLATED)),
    "damaged bzip2": broken(stored("x.ipynb", LONG, compression=zipfile.ZIP_BZIP2)),
    "damaged LZMA": broken(stored("x.ipynb", LONG, compression=zipfile.ZIP_LZMA), 44),
    "LZMA of somebody else": stored("x.ipynb", b"\x09\x04\x05\x00" + b"\xff" * 60, method=14),
    "a wrong checksum": stored("x.ipynb", ADA).replace(b"ada", b"eve", 1),
    "cut off": packed({"x.ipynb": LONG})[:-40],
    "cut off in the middle": packed({"x.ipynb": LONG})[:200],
    "empty": b"",
    "no zip": b"PK\x03\x04 hello",
    "a directory that lies": packed({"x.ipynb": LONG}).replace(b"PK\x01\x02", b"PK\x01\x09"),
    "a name that climbs": packed({"../x.ipynb": ADA}),
    "an absolute name": packed({"/x.ipynb": ADA}),
    "a drive": packed({"C:\\x.ipynb": ADA}),
    "a server": packed({"\\\\host\\x.ipynb": ADA}),
    "a name of control characters": packed({"x\x1b[2J.ipynb": ADA}),
    "a name that is no text": packed({"aaaaaaä.ipynb": ADA}).replace("ä".encode(), b"\xff\xfe"),
    "a link": linked(),
    "a bomb": packed({"x.ipynb": b" " * 20_000_000}),
    "a zip in a zip in a zip": packed({"a.zip": packed({"b.zip": packed({"x.ipynb": ADA})})}),
    "20,000 files": many(20_000),
    "20,000 notebooks": packed({f"{i}.ipynb": b"{}" for i in range(4_000)}),
    "a hundred zips": packed({f"{i}.zip": packed({"x.ipynb": ADA}) for i in range(100)}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_costs_only_its_own_hand_in(case, course, tmp_path):
    source = zipped(tmp_path / "c.zip", {"ada_12_9_work.zip": HOSTILE[case], "ben_13_8_x.ipynb": BEN})
    start = time.monotonic()
    lines = collect(course, source, SLUG, "auto", NOBODY)
    assert time.monotonic() - start < 20
    assert submitted(course) == {"canvas-13": BEN}
    assert any(line.student == "canvas-12" and line.outcome == "refused" and line.why for line in lines), lines
    assert len(lines) < 60, "one student's files do not fill the table"


@pytest.mark.parametrize("field", ["version", "method", "flags"])
def test_one_entry_of_the_downloads_own_zip_costs_only_itself(field, course, tmp_path):
    raw = bytearray(packed({"ada_12_9_x.ipynb": ADA, "ben_13_8_x.ipynb": BEN}))
    central = raw.index(b"PK\x01\x02")
    struct.pack_into(
        "<H",
        raw,
        central + {"version": 6, "flags": 8, "method": 10}[field],
        {"version": 99, "flags": 1, "method": 77}[field],
    )
    (tmp_path / "c.zip").write_bytes(raw)
    lines = collect(course, tmp_path / "c.zip", SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-13": BEN} and len(reasons(lines)) == 1
    assert [member.data is None for member in members(tmp_path / "c.zip")] == [True, False]


def test_two_gigabytes_of_one_student_cost_the_others_nothing(course, tmp_path, monkeypatch):
    monkeypatch.setattr(
        sift, "MAX_READ", 2_000_000
    )  # the real bound takes a minute to reach; what counts is that it is the student's own
    noise = {f"ada/{i}.ipynb": notebook(os.urandom(200_000).hex()) for i in range(6)}
    lines = collect(course, zipped(tmp_path / "c.zip", {**noise, "ben/x.ipynb": BEN}), SLUG, "auto", NOBODY)
    assert submitted(course) == {"ben": BEN}
    assert any("more than 1 MB; the notebook alone is wanted" in why for why in reasons(lines))


def test_twenty_thousand_files_beside_a_notebook_do_not_hide_it(course, tmp_path):
    files = {f"ada/{i}.dat": b"" for i in range(20_000)} | {"ada/x.ipynb": ADA, "ben/x.ipynb": BEN}
    lines = collect(course, zipped(tmp_path / "c.zip", files), SLUG, "auto", NOBODY)
    assert submitted(course) == {"ada": ADA, "ben": BEN}
    assert len(lines) < 60 and any(line.file == "19980 more files" and line.student == "ada" for line in lines)


def test_of_two_entries_by_one_name_the_later_counts_and_the_other_is_told(course, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        for word in ("first", "second"):
            opened.writestr("x.ipynb", notebook(word))
    lines = collect(course, zipped(tmp_path / "c.zip", {"ada_12_9_w.zip": buffer.getvalue()}), SLUG, "auto", NOBODY)
    assert submitted(course) == {"canvas-12": notebook("second")}
    assert [line.outcome for line in lines] == ["new", "ignored"]


def test_pipes_and_links_of_a_folder_are_told(course, tmp_path):
    place = tmp_path / "in" / "ada"
    place.mkdir(parents=True)
    os.mkfifo(place / "x.ipynb")
    (tmp_path / "in" / "ben").mkdir()
    (tmp_path / "in" / "ben" / "x.ipynb").write_bytes(BEN)
    (tmp_path / "in" / "cem").symlink_to(tmp_path / "in" / "ben")
    lines = collect(course, tmp_path / "in", SLUG, "folder", NOBODY)
    assert submitted(course) == {"ben": BEN}
    assert sorted(why.partition(";")[0] for why in reasons(lines)) == ["a link is not followed", "it is no file"]


def test_the_bounds_are_said_where_they_are_met(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    source = zipped(tmp_path / "c.zip", {"a.zip": packed({"x.ipynb": ADA, "y.ipynb": ADA})})
    assert [member.why for member in members(source)] == [
        "the zip holds more than 1 files; the notebook alone is wanted"
    ]
    assert zipfile.MAX_EXTRACT_VERSION < 99, "the reader is left as it was"

"""What a sheet comes in: plain, in a .gz, alone in a .zip, as a workbook, as UTF-8 or UTF-16.  Out comes UTF-8, a piece at a time.

What was packed may be a thousand times as large as what came.  No price sheet is packed to a two-hundredth of its size,
so that alone gives a bomb away, long before it has filled anything.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

from portal.catalogue.sheets import foreign, workbook
from portal.catalogue.sheets.workbook import PRICES, Wanted
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say

PIECE = 1 << 18
MOST_PLAIN = 200 << 20
"""Bytes of text: 200,000 rows have about 66 MB."""
DENSEST = 200
"""How many times larger than the packed file its text may be.  Price sheets come to 20 or 30."""
UNWATCHED = 4 << 20
"""Bytes of text from which on the ratio tells something."""
LOOKED_INTO = 32 << 20
"""Bytes of text that are unpacked to find a bomb, before anything is kept."""
MOST_FILES = 1_000
_DIRECTORY_BYTES = 1 << 20
_END_OF_ZIP = b"PK\x05\x06"
_TEXTS = (".csv", ".tsv", ".txt")
UNREADABLE = "vitrine.unreadable"
codecs.register_error(UNREADABLE, lambda error: ("\x1a", getattr(error, "end", 1)))  # a sign that no cell may hold
GZIP, ZIP = b"\x1f\x8b", b"PK"

DAMAGED = N_("This file cannot be unpacked: it is damaged or was cut off. Download it again.")
BOMB = N_("This file unpacks to more than %(times)s times its size. No price sheet does: ask the vendor for a new one.")
TOO_LARGE = N_("Unpacked, this file is larger than %(most)s MB. Upload it in parts.")
LOCKED = N_("This archive is locked with a password. Unpack it, and upload the sheet inside.")
NOTHING_INSIDE = N_("This archive is empty.")
SEVERAL = N_("This archive holds %(count)s files: %(names)s. Upload the sheets one by one.")
TOO_MANY = N_("This archive holds more than %(most)s files. Upload the sheet alone.")


def refused(text: str, **values: Any) -> Invalid:
    return Invalid(say(text, **values), field="file")


def is_plain(stream: BinaryIO) -> bool:
    """Whether the file may be read as it stands: UTF-8 that is not packed."""
    start = _start(stream)
    return not start.startswith((GZIP, ZIP)) and encoding_of(start) == "utf-8"


def is_workbook(stream: BinaryIO) -> bool:
    """Whether it is one: then each of its rows is one record of the text."""
    return _workbook(stream) is not None


def text_of(stream: BinaryIO, wanted: Wanted = PRICES, *, all_of_it: bool = True) -> Iterator[bytes]:
    """The sheet's text in pieces of UTF-8.  Raises Invalid (field `file`) when there is none, or no end of it."""
    if (book := _workbook(stream)) is not None:
        yield from _of_workbook(stream, book, wanted, all_of_it=all_of_it)
        return
    with _unpacked(stream) as inner:
        start = _read(inner)
        if complaint := foreign.complaint(start):
            raise refused(complaint)
        size, packed = 0, inner is not stream
        decode = codecs.getincrementaldecoder(encoding_of(start))(UNREADABLE).decode
        plain = encoding_of(start) == "utf-8"
        while start:
            size += len(start)
            _watch(size, stream.tell() if packed else size)
            yield start if plain else decode(start).encode("utf-8", "replace")
            start = _read(inner)


def _workbook(stream: BinaryIO) -> zipfile.ZipFile | None:
    """The archive, when it is an Excel workbook."""
    if not _start(stream).startswith(ZIP):
        return None
    archive = _opened(stream)
    return archive if workbook.BOOK in archive.namelist() else None


def _of_workbook(stream: BinaryIO, book: zipfile.ZipFile, wanted: Wanted, *, all_of_it: bool) -> Iterator[bytes]:
    size = 0
    with book:
        workbook.measure(book)
        for piece in workbook.lines_of(stream, book, wanted, all_of_it=all_of_it):
            size += len(piece)
            _watch(size, size)
            yield piece


def beginning(stream: BinaryIO, wanted: Wanted = PRICES, *, most: int) -> bytes:
    """The first bytes of the sheet's text.  Raises Invalid when it is a bomb, or nothing one can read."""
    stream.seek(0)
    found, size = bytearray(), 0
    packed = _start(stream).startswith((GZIP, ZIP)) and _workbook(stream) is None
    for piece in text_of(stream, wanted, all_of_it=False):
        size += len(piece)
        found += piece[: most - len(found)]
        if size >= (LOOKED_INTO if packed else most):
            break
    return bytes(found)


def _watch(size: int, came: int) -> None:
    if size > MOST_PLAIN:
        raise refused(TOO_LARGE, most=MOST_PLAIN >> 20)
    if size > UNWATCHED and size > DENSEST * came:
        raise refused(BOMB, times=DENSEST)


def _read(inner: IO[bytes]) -> bytes:
    try:
        return inner.read(PIECE)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile):
        raise refused(DAMAGED) from None


@contextmanager
def _unpacked(stream: BinaryIO) -> Iterator[IO[bytes]]:
    start = _start(stream)
    if start.startswith(GZIP):
        with gzip.GzipFile(fileobj=stream) as inner:
            yield _whole(cast("IO[bytes]", inner))
    elif start.startswith(ZIP):
        with _opened(stream) as archive, _member(archive, _only_text(archive)) as member:
            yield _whole(member)
    else:
        yield stream


def _whole(inner: IO[bytes]) -> IO[bytes]:
    """The packed file, once it is known that its beginning can be unpacked."""
    try:
        inner.read(1)
        inner.seek(0)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile):
        raise refused(DAMAGED) from None
    return inner


def _start(stream: BinaryIO) -> bytes:
    stream.seek(0)
    start = stream.read(foreign.LOOKED_AT)
    stream.seek(0)
    return start


def encoding_of(start: bytes) -> str:
    """UTF-8, or one of the two UTF-16s: told by their mark, or by every other byte of the header being nothing."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    looked = start[:200]
    even, odd = looked[::2], looked[1::2]
    if odd and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if even and not any(even) and all(odd) else "utf-8"


# ------------------------------------------------------------------------------------------------------------- ZIP


def _opened(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive.  Its directory is measured before it is read: it alone may be a bomb."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - (1 << 16) - 22))
    tail = stream.read()
    place = tail.rfind(_END_OF_ZIP)
    if place < 0:
        raise refused(DAMAGED)
    files = int.from_bytes(tail[place + 10 : place + 12], "little")
    directory = int.from_bytes(tail[place + 12 : place + 16], "little")
    if files > MOST_FILES or directory > _DIRECTORY_BYTES:
        raise refused(TOO_MANY, most=MOST_FILES)
    stream.seek(0)
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refused(DAMAGED) from None


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(one)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise refused(DAMAGED) from None


def _only_text(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one sheet of the archive."""
    files = [one for one in archive.infolist() if not one.is_dir() and not _is_by_the_way(one.filename)]
    if not files:
        raise refused(NOTHING_INSIDE)
    texts = [one for one in files if one.filename.casefold().endswith(_TEXTS)]
    found = texts if len(texts) == 1 else files
    if len(found) > 1:
        names = ", ".join(one.filename.rpartition("/")[2][:80] for one in (texts or files)[:5])
        raise Invalid(_several(len(texts or files), names), field="file")
    return _measured(found[0])


def _several(count: int, names: str) -> Line:
    return say(SEVERAL, count=count, names=names if count <= 5 else f"{names}, …")  # noqa: PLR2004 - as many as fit


def _is_by_the_way(name: str) -> bool:
    """What a Mac adds to every archive."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _measured(one: zipfile.ZipInfo) -> zipfile.ZipInfo:
    if one.flag_bits & 1:
        raise refused(LOCKED)
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(DAMAGED)
    _watch(one.file_size, max(one.compress_size, 1))
    return one

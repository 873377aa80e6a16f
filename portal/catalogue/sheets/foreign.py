"""What a file is that is no CSV, told from its first bytes: a person is told what to do with it, not that it is broken."""

from __future__ import annotations

from typing import BinaryIO

from portal.core.words import N_

LOOKED_AT = 4096
UNPRINTED = bytes({*range(32)} - {*b"\t\n\r"})
FEW = 50
"""One unprinted byte in so many may be a slip in a cell; more are no text."""
EXCEL = N_("This file is an Excel workbook or a ZIP archive. Open it, and save the sheet inside as CSV UTF-8.")
SIGNS = {
    b"PK\x03\x04": EXCEL,
    b"PK\x05\x06": EXCEL,
    b"\xd0\xcf\x11\xe0": EXCEL,
    b"\x1f\x8b": N_("This file is compressed. Unpack it first."),
    b"%PDF": N_("This file is a PDF. Ask the vendor for the price sheet as CSV."),
    b"\xff\xfe": N_("Save the sheet as CSV UTF-8: this file is UTF-16."),
    b"\xfe\xff": N_("Save the sheet as CSV UTF-8: this file is UTF-16."),
}
WEB_PAGE = N_(
    "This file is a web page, perhaps a sign-in page that came in the sheet’s place. Download the sheet again."
)
BINARY = N_("This file is not text. A price sheet is a CSV file.")


def complaint(stream: BinaryIO) -> str:
    """What the file is instead of CSV, and what to do; empty when it may be CSV.  Reads from where the stream stands."""
    start = stream.read(LOOKED_AT)
    known = next((words for sign, words in SIGNS.items() if start.startswith(sign)), "")
    if known:
        return known
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return WEB_PAGE
    unprinted = len(start) - len(start.translate(None, UNPRINTED))
    return BINARY if unprinted * FEW > len(start) else ""

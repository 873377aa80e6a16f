"""What a file is that is no CSV, told from its first bytes: a person is told what to do with it, not that it is broken."""

from __future__ import annotations

from portal.core.words import N_

LOOKED_AT = 4096
UNPRINTED = bytes({*range(32)} - {*b"\t\n\r"})
FEW = 50
"""One unprinted byte in so many may be a slip in a cell; more are no text."""
EXCEL = N_(
    "This file is an Excel workbook of the old kind (.xls). Open it, and save the sheet as .xlsx or as CSV UTF-8."
)
PACKED_TWICE = N_("This archive holds another archive, or a workbook. Unpack it, and upload the sheet inside.")
SIGNS = {
    b"PK\x03\x04": PACKED_TWICE,
    b"PK\x05\x06": PACKED_TWICE,
    b"\x1f\x8b": PACKED_TWICE,
    b"\xd0\xcf\x11\xe0": EXCEL,
    b"%PDF": N_("This file is a PDF. Ask the vendor for the price sheet as CSV."),
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
WEB_PAGE = N_(
    "This file is a web page, perhaps a sign-in page that came in the sheet’s place. Download the sheet again."
)
BINARY = N_("This file is not text. A price sheet is a CSV file.")


def complaint(start: bytes) -> str:
    """What a file that begins so is instead of CSV, and what to do; empty when it may be CSV."""
    start = start[:LOOKED_AT]
    known = next((words for sign, words in SIGNS.items() if start.startswith(sign)), "")
    if known:
        return known
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return WEB_PAGE
    if start.startswith(UTF_16):
        return ""
    half = start[:200]
    if half and not (any(half[::2]) and any(half[1::2])):  # UTF-16 without its mark, or nothing but nothing
        return "" if any(half) else BINARY
    unprinted = len(start) - len(start.translate(None, UNPRINTED))
    return BINARY if unprinted * FEW > len(start) else ""

"""Files of products: taken in, looked at, applied or discarded."""

from __future__ import annotations

from typing import BinaryIO

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue.files import reading, steps
from portal.catalogue.models import ProductImport, SheetState
from portal.catalogue.models.sheets import LIFECYCLE
from portal.catalogue.sheets.reading import store
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.processes.actions import start


def keep_products(stream: BinaryIO) -> str:
    """Look at the file, then keep it: its hash.  Raises Invalid (field `file`).

    Call it before anything is written: a disk may wait.
    """
    reading.read_heads(stream)
    stream.seek(0)
    try:
        return store().save(stream, most=reading.LARGEST)
    except Invalid as invalid:
        raise Invalid(invalid.line, field="file") from None


def take_in_products(*, name: str, sha: str) -> ProductImport:
    """Have a kept file read and compared.  Nothing changes before `apply_products`."""
    taken = ProductImport(name=name[:200] or "products.csv", sha=sha, created_by=current_actor().name)
    db.session.add(taken)
    text = N_("Read the products of %(name)s")
    facts = {"import": taken.key}
    process = start(steps.READ, name=say(text, name=taken.name), about=f"products.import:{taken.key}", facts=facts)
    taken.process_id = process.id
    record("product_import.uploaded", taken)
    return taken


def apply_products(taken: ProductImport) -> None:
    """Write what the preview shows.  Raises Conflict when there is nothing, or it was done."""
    if not taken.writes:
        raise Conflict(say(N_("Nothing in this file would change anything.")))
    taken.state = LIFECYCLE.move(taken.state, to=SheetState.APPLYING)
    text = N_("Write the products of %(name)s")
    facts = {"import": taken.key}
    process = start(steps.WRITE, name=say(text, name=taken.name), about=f"products.apply:{taken.key}", facts=facts)
    taken.process_id = process.id
    record("product_import.approved", taken)


def discard_products(taken: ProductImport) -> None:
    """It will not be applied; its rows are dropped, its story stays."""
    taken.state = LIFECYCLE.move(taken.state, to=SheetState.DISCARDED)
    taken.rows, taken.changes = [], []
    record("product_import.discarded", taken)

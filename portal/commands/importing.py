"""`import price-sheet`: a vendor's price sheet, brought in from the terminal by the same two processes as in the office.

The command is one more worker: it carries on whatever is due until the sheet is read, and then until it is applied.  When
it is killed, the others go on; a sheet that was only read waits in the office for somebody to apply it.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from portal.commands.standing import in_app
from portal.config import Fault

if TYPE_CHECKING:
    from portal.catalogue.models import PriceSheet

BREATH = 0.2  # seconds between two looks while another worker has it
UNMAPPED = "say in the office, under Price Sheets, which of its columns is which; that is remembered"
STUCK = "look at it in the office, under Processes: it can be retried or cancelled there"


def offer(commands: Any) -> None:
    bring = commands.add_parser("import", help="bring a file in")
    kinds = bring.add_subparsers(metavar="KIND", required=True)
    sheet = kinds.add_parser(
        "price-sheet",
        help="a vendor's price sheet (CSV, plain, .gz or .zip, or .xlsx)",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sheet.add_argument("file", type=Path, metavar="FILE")
    sheet.add_argument(
        "--preview", action="store_true", help="only read and compare; somebody applies it in the office"
    )
    sheet.set_defaults(run=import_price_sheet)


def import_price_sheet(options: argparse.Namespace) -> None:
    """Broken rows never stop the good ones: they lie in the office's error sheet."""
    if not options.file.is_file():
        raise Fault(f"{options.file} is not a file", "name the file the vendor sent")
    with in_app() as app, app.app_context():
        from portal.audit.actor import Actor, acting_as
        from portal.core.scope import acting
        from portal.tenants.queries import root_scope

        distributor = root_scope()
        if distributor is None:
            raise Fault("there is no distributor yet", "python3 -m portal found")
        with acting(distributor), acting_as(Actor(kind="system", name="python3 -m portal import")):
            sheet = _taken_in(options.file)
            if sheet.process_id is None:
                raise Fault(f"{sheet.name} is not of a known layout", UNMAPPED)
            _carried_out(sheet)
            print(f"{sheet.name}: {_summary(sheet)}")
            if not options.preview:
                _apply(sheet)
                print("Applied." if not sheet.count("broken") else "Applied; the broken rows are in the office.")


def _taken_in(file: Path) -> PriceSheet:
    from portal.catalogue.actions.sheets import keep_file, take_in
    from portal.core.db import db
    from portal.core.errors import Invalid

    try:
        with file.open("rb") as stream:
            sha, size = keep_file(stream)
    except Invalid as invalid:
        raise Fault(f"{file} is no price sheet: {invalid.line.plain}", "see the sheet's first line") from None
    except OSError as error:
        raise Fault(f"{error.filename or file}: {error.strerror}", "mend that, then import it again") from None
    sheet = take_in(name=file.name, sha=sha, size=size)
    db.session.commit()
    return sheet


def _apply(sheet: PriceSheet) -> None:
    from portal.catalogue.actions.sheets import apply_sheet
    from portal.core.db import db
    from portal.core.errors import Conflict

    try:
        apply_sheet(sheet, ends_missing=sheet.ends_missing)
    except Conflict as conflict:
        remedy = "it is read: apply it in the office, under Price Sheets"
        raise Fault(conflict.line.plain, remedy) from None
    db.session.commit()
    _carried_out(sheet)


def _carried_out(sheet: PriceSheet) -> None:
    """Work until the sheet's process is over.  Raises Fault when it needs somebody."""
    from portal.core.db import db
    from portal.core.words import told
    from portal.processes.hands import Hands
    from portal.processes.models import Process, State
    from portal.processes.runner import carry_on

    hands, pause = Hands(f"import-{os.getpid()}"), Event()
    process = db.session.get_one(Process, (sheet.tenant_id, sheet.process_id))
    while not process.at_rest:
        db.session.rollback()  # nothing stays open meanwhile
        if not carry_on(hands):
            pause.wait(BREATH)
        db.session.refresh(process)
    db.session.refresh(sheet)
    if process.state is not State.DONE:
        raise Fault(f"{process.title}: {told(process.reason) if process.reason else told(process.word)}", STUCK)


def _summary(sheet: PriceSheet) -> str:
    from portal.catalogue.steps import summary

    return summary(sheet).plain

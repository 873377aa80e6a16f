"""What is done in the catalogue: sheets are taken in and applied, price lists made, published and withdrawn."""

from portal.catalogue.actions.lists import (
    archive,
    begin_draft,
    change_list,
    discard_draft,
    fill_from_sheet,
    first_sell_list,
    make_list,
    publish,
    restore,
    show_in_storefront,
    tick_everything,
    tick_in,
    tick_out,
    withdraw,
)
from portal.catalogue.actions.sheets import apply_sheet, discard, import_sheet, take_in

__all__ = [
    "apply_sheet",
    "archive",
    "begin_draft",
    "change_list",
    "discard",
    "discard_draft",
    "fill_from_sheet",
    "first_sell_list",
    "import_sheet",
    "make_list",
    "publish",
    "restore",
    "show_in_storefront",
    "take_in",
    "tick_everything",
    "tick_in",
    "tick_out",
    "withdraw",
]

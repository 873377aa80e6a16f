"""What is done in the catalogue: sheets are taken in and applied, price lists made, published and withdrawn."""

from portal.catalogue.actions.exceptions import check_way, price_alone
from portal.catalogue.actions.lists import (
    Draft,
    archive,
    begin_draft,
    change_list,
    discard_draft,
    make_list,
    publish,
    restore,
    withdraw,
)
from portal.catalogue.actions.sheets import apply_sheet, discard, import_sheet, keep_file, take_in
from portal.catalogue.actions.storefront import drop_sell_lists, first_sell_list, show_in_storefront
from portal.catalogue.actions.ticking import (
    feature,
    fill_from_sheet,
    show_as_others,
    tick_in,
    tick_nothing,
    tick_out,
)

__all__ = [
    "Draft",
    "apply_sheet",
    "archive",
    "begin_draft",
    "change_list",
    "check_way",
    "discard",
    "discard_draft",
    "drop_sell_lists",
    "feature",
    "fill_from_sheet",
    "first_sell_list",
    "import_sheet",
    "keep_file",
    "make_list",
    "price_alone",
    "publish",
    "restore",
    "show_as_others",
    "show_in_storefront",
    "take_in",
    "tick_in",
    "tick_nothing",
    "tick_out",
    "withdraw",
]

"""What a file of the log tells of each line."""

from portal.core.exports import Column
from portal.core.words import N_


def _told(value: object) -> str:
    return "–" if value is None else str(value)


COLUMNS: tuple[Column, ...] = (
    Column(N_("When"), lambda entry: entry.at),
    Column(N_("Who"), lambda entry: entry.who),
    Column(N_("On behalf of"), lambda entry: entry.principal),
    Column(N_("What"), lambda entry: entry.what),
    Column(N_("More"), lambda entry: entry.detail),
    Column(
        N_("Changes"),
        lambda entry: "; ".join(
            f"{change.field}: {_told(change.before)} → {_told(change.after)}" for change in entry.changes
        ),
    ),
    Column(N_("Source"), lambda entry: entry.source),
    Column(N_("Request"), lambda entry: entry.request_id),
)

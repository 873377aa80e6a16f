"""What a file of the tenants on their way tells of each: which lines are done."""

from collections.abc import Sequence

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.words import N_
from portal.tenants.checklist import Line


def go_live(lines: Sequence[Line]) -> tuple[Column, ...]:
    """A column for each line of the checklist; nothing stands where a tenant does not have it."""
    return (
        Column(N_("Name"), lambda row: row[0].name),
        Column(N_("Client ID"), lambda row: row[1].spelled),
        *(_done(line) for line in lines),
        Column(N_("Last step"), lambda row: row[2].changed_at),
    )


def _done(line: Line) -> Column:
    return Column(line.title, lambda row: _said(row[2].states.get(line.code)))


def _said(done: bool | None) -> str:  # noqa: FBT001 - a value of a row
    if done is None:
        return ""
    return str(gettext("Yes") if done else gettext("No"))

"""How Alembic runs our migrations: as the owner, in one transaction, with the walls raised at its end.

`portal.commands.schema` is the only caller; it has met every slice's tables, and hands over the open connection and the
name of the app's role (none when a revision is only being written).
"""

from typing import Any

import sqlalchemy as sa
from alembic import context

from portal.core.db import Model
from portal.core.walls import raise_walls


def spelled(kind: str, thing: Any, _: object) -> str | bool:
    """A state is a word in a column; which words there are, the program knows and a revision need not."""
    return f"sa.String(length={thing.length})" if kind == "type" and isinstance(thing, sa.Enum) else False


given = context.config.attributes
context.configure(
    connection=given["connection"], target_metadata=Model.metadata, compare_server_default=True, render_item=spelled
)
with context.begin_transaction():
    context.run_migrations()
    if given.get("app_role"):
        raise_walls(given["connection"], given["app_role"])

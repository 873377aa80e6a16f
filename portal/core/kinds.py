"""Whose rows: every table says which kind it is, and both walls are derived from that.

Belonging   seen by its tenant alone
Offering    made by a tenant, seen by it and by those below it
Errand      a process and its parts: seen by the maker, and, one at a time, by the worker that carries it out
Charter     what a tenant and the one above it agreed: read and written by both ends, by nobody else
Dealing     the same, where there are many between the two
Declaration what a tenant alone says: the one above it may read it, and never write it
Platform tables (tenant, host, work, counters) have no owner and hold no human word: they set `__platform__ = True`.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Table, UniqueConstraint, inspect
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.core import keys
from portal.core.scope import Scope


class Owned:
    """A row of a tenant: its key starts with the tenant, so no key can point at a stranger's row."""

    __append_only__: ClassVar[bool] = False  # True: the app may insert and read, never change
    __personal__: ClassVar[dict[str, str]] = {}  # field -> attribute that names the person: sealed in the audit trail
    __secret__: ClassVar[frozenset[str]] = frozenset()  # fields the audit trail masks

    tenant_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenant.id"), primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=keys.new_id, sort_order=-1)

    @property
    def key(self) -> str:
        """The id as it stands in addresses."""
        return keys.spell(self.id)

    def is_writable_in(self, scope: Scope) -> bool:
        """Whether a session acting in this scope may write the row.  A row never changes its tenant."""
        return self._born_to() == {scope.tenant_id}

    def _born_to(self) -> set[int]:
        """The tenant the row has, and had when it was loaded."""
        history = inspect(self).attrs.tenant_id.history
        return {self.tenant_id, *(history.deleted or ())}


class Belonging(Owned):
    """Seen by its tenant alone."""


class Offering(Owned):
    """Made by a tenant; it and everybody below it may read it."""


class Errand(Owned):
    """Long work: the maker's row, lent to the worker that carries out this one process for its subject.

    The maker is the subject or stands above it, so lent is only what is a row of the line.
    """

    @hybrid_property
    def process_id(self) -> Any:
        """A process is its own process; tasks and attempts override this with a column."""
        return self.id

    def is_writable_in(self, scope: Scope) -> bool:
        born = self._born_to()
        lent = scope.process_id == self.process_id and born <= set(scope.line)
        return born == {scope.tenant_id} or (len(born) == 1 and lent)


class Charter(Owned):
    """The one agreement between a tenant and the one above it.  tenant_id is the lower end.

    The database holds it to the tree: there is one for each tenant, and it names that tenant's true parent.  Otherwise
    anybody could write a charter that makes a stranger his child.
    """

    parent_id: Mapped[int | None] = mapped_column(BigInteger, index=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - of the class, as SQLAlchemy calls it
        return (UniqueConstraint("tenant_id"), held_to_the_tree())

    def is_writable_in(self, scope: Scope) -> bool:
        ends = (self.tenant_id, self.parent_id)
        return len(self._born_to()) == 1 and scope.tenant_id in ends and not self._parent_changed()

    def _parent_changed(self) -> bool:
        history = inspect(self).attrs.parent_id.history
        return bool(history.deleted) and history.deleted[0] != self.parent_id


class Dealing(Charter):
    """One of many things between a tenant and the one above it, behind the very walls of their charter.

    A table that adds keys of its own repeats `held_to_the_tree()` among them; a house test asks for it.
    """

    parent_id: Mapped[int] = mapped_column(BigInteger, index=True)  # where nobody is above, nobody deals

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - of the class, as SQLAlchemy calls it
        return (held_to_the_tree(),)


class Declaration(Charter):
    """What the lower end alone says, for the one above to read: how far it has come, whom it lets in.

    The one above acts on it, so it must not be able to say it in the lower end's stead.
    """

    def is_writable_in(self, scope: Scope) -> bool:
        return scope.tenant_id == self.tenant_id and super().is_writable_in(scope)


def held_to_the_tree() -> ForeignKeyConstraint:
    """Tenant and parent are what the tree says."""
    return ForeignKeyConstraint(["tenant_id", "parent_id"], ["tenant.id", "tenant.parent_id"])


def is_tenant_table(table: Table) -> bool:
    """Whether the table holds tenants' rows: its key starts with the tenant."""
    return "tenant_id" in table.primary_key.columns

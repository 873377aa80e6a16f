"""Tables as the slices write them: one mixin that says whose the rows are, and four words for links.

    class Order(Belonging, Model):
        __table_args__ = (unique("number"),)
        account: Mapped[Account] = belongs_to(back_populates="orders")
        lines: Mapped[list["OrderLine"]] = has_many("order")

Every key and unique key between tenants' tables begins with `tenant_id`, so the database itself refuses a line that
points at a stranger's order.  A relationship marks only `account_id` as foreign: it never copies `tenant_id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    Select,
    Uuid,
    event,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, relationship
from sqlalchemy.schema import UniqueConstraint

from portal.core import keys
from portal.core.errors import NotFound
from portal.core.kinds import Owned
from portal.core.scope import acting_scope
from portal.core.session import TenantSession

M = TypeVar("M", bound="Model")
T = TypeVar("T")

NAMES = {
    "pk": "%(table_name)s_pk",
    "fk": "%(table_name)s_%(column_0_N_name)s_fk",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


def table_name(class_name: str) -> str:
    """`OrderLine` → `order_line`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


class Model(DeclarativeBase):
    """The base of every table."""

    __platform__: ClassVar[bool] = False
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Numeric(18, 4),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        datetime: DateTime(timezone=True),
    }

    def __init_subclass__(cls, **options: Any) -> None:
        cls.__tablename__ = table_name(cls.__name__)
        for name, value in list(vars(cls).items()):
            if isinstance(value, _Link):
                value.tie(cls, name)
        super().__init_subclass__(**options)


db = SQLAlchemy(metadata=Model.metadata, session_options={"class_": TenantSession, "expire_on_commit": False})


@event.listens_for(Model, "init", propagate=True)
def _be_whole(row: Model, _: tuple[Any, ...], given: dict[str, Any]) -> None:
    """A fresh row has its defaults and its tenant at once, not only after the flush."""
    for column in row.__table__.columns:
        attribute = row.__mapper__.get_property_by_column(column).key
        default = column.default
        if attribute in given or default is None:
            continue
        if default.is_scalar:
            given[attribute] = default.arg
        elif default.is_callable:
            given[attribute] = default.arg(None)
    if isinstance(row, Owned) and "tenant_id" not in given:
        given["tenant_id"] = acting_scope().tenant_id


class _Link:
    """A relationship still without the class it stands in; `tie` makes it when the class is made."""

    def __init__(self, join: Callable[[type[Any], str, str, bool], str], options: dict[str, Any]) -> None:
        self._join = join
        self._options = options

    def tie(self, cls: type[Any], name: str) -> None:
        words = re.findall(r"\w+", str(cls.__annotations__[name]))  # Mapped[Account], Mapped["Page | None"], …
        optional = words[-1] == "None"
        join = self._join(cls, name, words[-2 if optional else -1], optional)
        setattr(cls, name, relationship(primaryjoin=join, **self._options))


def belongs_to(
    *, ondelete: str = "RESTRICT", indexed: bool = True, alike: Mapping[str, str] | None = None, **options: Any
) -> Any:
    """Many to one, within the tenant.  Optional when annotated `| None`; makes `<name>_id` unless it is declared.

    `indexed` not, where a key or another index of the table begins with it: tables that are written by the hundred
    thousand pay for every index.  `alike`: columns here that must say what those columns say there, and follow them when
    they change; the database holds it.
    """

    def join(cls: type[Any], name: str, target: str, optional: bool) -> str:  # noqa: FBT001 - one internal caller
        here, column, table = cls.__name__, f"{name}_id", table_name(target)
        if column not in cls.__annotations__:
            setattr(cls, column, mapped_column(Uuid, nullable=optional))
        rule = f"SET NULL ({column})" if ondelete == "SET NULL" else ondelete
        pairs = {"tenant_id": "tenant_id", column: "id", **(alike or {})}
        there = [f"{table}.{name}" for name in pairs.values()]
        follows: dict[str, Any] = {"onupdate": "CASCADE", "name": f"{table_name(here)}_{name}_fk"} if alike else {}
        key = ForeignKeyConstraint([*pairs], there, ondelete=rule, **follows)
        _add_to_table(cls, key, *([Index(None, "tenant_id", column)] if indexed else []))
        return f"and_({here}.tenant_id == remote({target}.tenant_id), foreign({here}.{column}) == remote({target}.id))"

    return _Link(join, options)


def has_many(by: str, **options: Any) -> Any:
    """One to many, within the tenant; `by` is the name of the link on the other side."""

    def join(cls: type[Any], _: str, target: str, __: bool) -> str:  # noqa: FBT001 - one internal caller
        here = cls.__name__
        return f"and_({here}.tenant_id == remote({target}.tenant_id), {here}.id == remote(foreign({target}.{by}_id)))"

    return _Link(join, options)


def draws_on(*, ondelete: str = "RESTRICT", **options: Any) -> Any:
    """A pointer to an Offering, own or from above: `<name>_tenant_id` and `<name>_id`; its owner must stand above."""

    def join(cls: type[Any], name: str, target: str, optional: bool) -> str:  # noqa: FBT001 - one internal caller
        here, table = cls.__name__, table_name(target)
        for column, kind in ((f"{name}_tenant_id", BigInteger), (f"{name}_id", Uuid)):
            if column not in cls.__annotations__:
                setattr(cls, column, mapped_column(kind, nullable=optional))
        columns = [f"{name}_tenant_id", f"{name}_id"]
        _add_to_table(
            cls,
            ForeignKeyConstraint(
                columns, [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete, info={"above": True}
            ),
            Index(None, "tenant_id", f"{name}_id"),
        )
        return (
            f"and_(foreign({here}.{name}_tenant_id) == remote({target}.tenant_id), "
            f"foreign({here}.{name}_id) == remote({target}.id))"
        )

    return _Link(join, options)


def unique(*columns: str, **options: Any) -> UniqueConstraint:
    """Unique within the tenant."""
    return UniqueConstraint("tenant_id", *columns, **options)


def index(*columns: str, **options: Any) -> Index:
    """An index within the tenant."""
    return Index(None, "tenant_id", *columns, **options)


def one_of(kind: type[StrEnum], *, longest: int = 20) -> Enum:
    """A column that holds the enum's own words as text: a new word needs no migration."""
    return Enum(kind, native_enum=False, length=longest, values_callable=list)


def _add_to_table(cls: type[Any], *parts: Any) -> None:
    cls.__table_args__ = (*parts, *getattr(cls, "__table_args__", ()))


def get(kind: type[M], key: object, *, options: Sequence[Any] = (), lock: bool = False) -> M:
    """The row this address names, or NotFound: malformed, missing and foreign are the same."""
    row_id = key if isinstance(key, UUID) else keys.read_key(key)
    if row_id is None:
        raise NotFound
    question = select(kind).where(kind.id == row_id).options(*options)  # type: ignore[attr-defined]
    row = db.session.scalars(question.with_for_update(of=kind) if lock else question).unique().one_or_none()
    if row is None:
        raise NotFound
    return row


def add_many(kind: type[Owned], rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows of the acting tenant in one statement, without the ORM's care for each."""
    tenant_id = acting_scope().tenant_id
    whole = [{"id": keys.new_id(), **row, "tenant_id": tenant_id} for row in rows]
    if whole:
        db.session.execute(insert(kind), whole, execution_options={"reviewed": True})


def json_object(**parts: Any) -> Any:
    """`{"part": its value, …}`, of columns and other expressions.

    The names stand in the statement itself: as values they would be bound, sent and checked each time it is asked.
    """
    pairs: Iterator[tuple[Any, Any]] = ((literal_column(f"'{name}'"), value) for name, value in parts.items())
    return func.jsonb_build_object(*chain.from_iterable(pairs), type_=JSONB)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and how much there is."""

    items: Sequence[T]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page(question: Select[Any], *, number: int = 1, size: int = 30, rows: bool = False) -> Page[Any]:
    """Page `number` of the question, in one statement (two past the end, which gives the last page).

    `rows=True` gives whole rows instead of the first entity of each.
    """
    number = max(1, number)
    counted = question.add_columns(func.count().over())
    found = db.session.execute(counted.limit(size).offset((number - 1) * size)).unique().all()
    if not found and number > 1:
        first = page(question, number=1, size=size, rows=rows)
        return first if first.pages == 1 else page(question, number=first.pages, size=size, rows=rows)
    items = [row[:-1] if rows else row[0] for row in found]
    return Page(items, found[0][-1] if found else 0, number, size)


@contextmanager
def apart() -> Iterator[Connection]:
    """A short transaction of its own on platform tables, for what must stay even when the request is refused."""
    with db.engine.begin() as connection:
        yield connection

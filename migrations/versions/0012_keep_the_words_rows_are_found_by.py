"""Keep the words rows are found by."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.finding import words_of  # as it folds them now, what is typed is folded from now on
from portal.core.keys import new_id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# kind of what is found, its id, the part that says the words, the words
SAID = (
    "select 'account' kind, id row_id, id part_id, array[name, number, email, vat_number] texts from account",
    "select 'account' kind, account_id row_id, id part_id, array[name, email, phone] texts from contact",
    "select 'user' kind, id row_id, id part_id, array[name, username, email] texts from \"user\"",
    "select 'process' kind, id row_id, id part_id, array[subject_name] texts, name from process where not quiet",
)
AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "word",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("word_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("word_pk")),
    )
    _fill(op.get_bind())
    for columns in (["kind", "word", "row_id", "part_id"], ["row_id", "part_id", "word"]):
        name = f"word_tenant_id_{'_'.join(columns)}_idx"
        op.create_index(op.f(name), "word", ["tenant_id", *columns], unique=False)


def _fill(connection: sa.Connection) -> None:
    """The words of what is there.  The owner's role stands behind the wall as well: it acts for one tenant after the other."""
    word = sa.table("word", *(sa.column(name) for name in ("tenant_id", "id", "kind", "word", "row_id", "part_id")))
    tell = sa.text("select set_config('vitrine.tenant', :tenant, true)")
    for tenant_id in connection.scalars(sa.text("select id from tenant order by id")).all():
        connection.execute(tell, {"tenant": str(tenant_id)})
        for question in SAID:
            for rows in connection.execute(sa.text(question)).partitions(AT_ONCE):
                words = [one | {"tenant_id": tenant_id} for row in rows for one in _words(row)]
                if words:
                    connection.execute(sa.insert(word), words)
    connection.execute(tell, {"tenant": ""})


def _words(row: Any) -> Iterator[dict[str, Any]]:
    facts = SimpleNamespace(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    line = getattr(facts, "name", None) or {}
    said = [text for text in (line.get("values") or {}).values() if isinstance(text, str)]
    for text in sorted(words_of(*facts.texts, line.get("text"), *said)):
        yield {"id": new_id(), "kind": facts.kind, "word": text, "row_id": facts.row_id, "part_id": facts.part_id}


def downgrade() -> None:
    op.drop_table("word")

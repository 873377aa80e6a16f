"""Let a price list speak of types, categories, vendors and segments, round, keep a floor, promise, and begin later."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=18, scale=4)


def upgrade() -> None:
    _add("price_list_version", sa.Column("ended_on", sa.Date(), nullable=True))
    _add("price_list_version", sa.Column("amount", MONEY, nullable=False, server_default="0"))
    _add("price_list_version", sa.Column("rounding", sa.String(length=30), nullable=False, server_default="coin"))
    _add("price_list_version", sa.Column("floor", MONEY, nullable=True))
    _add("price_list_version", sa.Column("costs_in", sa.String(length=3), nullable=True))
    _add("price_list_version", sa.Column("surcharge", MONEY, nullable=False, server_default="0"))
    op.drop_index("price_list_version_one_published", table_name="price_list_version")
    op.create_index(
        op.f("price_list_version_tenant_id_price_list_id_state_idx"),
        "price_list_version",
        ["tenant_id", "price_list_id", "state"],
    )

    _add("price_list_entry", sa.Column("breadth", sa.String(length=30), nullable=False, server_default="product"))
    _add("price_list_entry", sa.Column("about", sa.String(length=200), nullable=True))
    _add("price_list_entry", sa.Column("sells", sa.Boolean(), nullable=True))
    _add("price_list_entry", sa.Column("amount", MONEY, nullable=True))
    tiers = sa.Column("tiers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    _add("price_list_entry", tiers)
    _add("price_list_entry", sa.Column("graduated", sa.Boolean(), nullable=False, server_default=sa.false()))
    _add("price_list_entry", sa.Column("rounding", sa.String(length=30), nullable=True))
    _add("price_list_entry", sa.Column("floor", MONEY, nullable=True))
    for name in ("product_tenant_id", "product_id"):
        op.alter_column("price_list_entry", name, nullable=True)
    op.execute(
        "update price_list_entry set sells = not everything from price_list_version as version"
        " where apart and version.tenant_id = price_list_entry.tenant_id and version.id = version_id"
    )
    op.drop_column("price_list_entry", "apart")
    op.create_unique_constraint(
        op.f("price_list_entry_tenant_id_version_id_breadth_about_key"),
        "price_list_entry",
        ["tenant_id", "version_id", "breadth", "about"],
    )
    op.create_check_constraint(
        op.f("price_list_entry_about_one_thing_check"),
        "price_list_entry",
        "(breadth = 'product') = (product_id is not null)",
    )
    op.create_check_constraint(
        op.f("price_list_entry_about_that_thing_check"), "price_list_entry", "(breadth = 'product') = (about is null)"
    )
    op.create_table(
        "promotion",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("breadth", sa.String(length=30), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=True),
        sa.Column("percent", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("newcomers", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("promotion_tenant_id_fk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["price_list_version.tenant_id", "price_list_version.id"],
            name=op.f("promotion_tenant_id_version_id_fk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("promotion_pk")),
    )
    op.create_index(op.f("promotion_tenant_id_version_id_idx"), "promotion", ["tenant_id", "version_id"])


def _add(table: str, column: sa.Column) -> None:
    """A default only for the rows that stand already."""
    op.add_column(table, column)
    if column.server_default is not None:
        op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    op.drop_table("promotion")
    op.execute("delete from price_list_entry where breadth <> 'product'")
    op.add_column("price_list_entry", sa.Column("apart", sa.Boolean(), nullable=True))
    op.execute("update price_list_entry set apart = sells is not null")
    op.alter_column("price_list_entry", "apart", nullable=False)
    for name in ("about_one_thing", "about_that_thing"):
        op.drop_constraint(op.f(f"price_list_entry_{name}_check"), "price_list_entry")
    op.drop_constraint(op.f("price_list_entry_tenant_id_version_id_breadth_about_key"), "price_list_entry")
    for name in ("product_tenant_id", "product_id"):
        op.alter_column("price_list_entry", name, nullable=False)
    for name in ("floor", "rounding", "graduated", "tiers", "amount", "sells", "about", "breadth"):
        op.drop_column("price_list_entry", name)
    op.drop_index(op.f("price_list_version_tenant_id_price_list_id_state_idx"), table_name="price_list_version")
    op.execute(
        "update price_list_version as old set state = 'past' where state = 'published' and exists (select from"
        " price_list_version as young where young.tenant_id = old.tenant_id and young.state = 'published'"
        " and young.price_list_id = old.price_list_id and young.number > old.number)"
    )
    op.create_index(
        "price_list_version_one_published",
        "price_list_version",
        ["tenant_id", "price_list_id"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    for name in ("surcharge", "costs_in", "floor", "rounding", "amount", "ended_on"):
        op.drop_column("price_list_version", name)

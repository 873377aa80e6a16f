"""Let a price list fall back to another."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("price_list", sa.Column("falls_back_id", sa.Uuid(), nullable=True))
    op.add_column("price_list", sa.Column("falls_back_height", sa.Integer(), nullable=True))
    height = sa.Computed("coalesce(falls_back_height + 1, 0)", persisted=True)
    op.add_column("price_list", sa.Column("height", sa.Integer(), height, nullable=False))
    op.create_index(op.f("price_list_tenant_id_falls_back_id_idx"), "price_list", ["tenant_id", "falls_back_id"])
    op.create_unique_constraint(
        op.f("price_list_tenant_id_id_currency_height_key"), "price_list", ["tenant_id", "id", "currency", "height"]
    )
    op.create_check_constraint(
        op.f("price_list_falls_back_whole_check"),
        "price_list",
        "(falls_back_id is null) = (falls_back_height is null)",
    )
    op.create_check_constraint(op.f("price_list_height_check"), "price_list", "height < 4")
    op.create_foreign_key(
        "price_list_falls_back_fk",
        "price_list",
        "price_list",
        ["tenant_id", "falls_back_id", "currency", "falls_back_height"],
        ["tenant_id", "id", "currency", "height"],
        onupdate="CASCADE",
        ondelete="NO ACTION",
    )


def downgrade() -> None:
    op.drop_constraint("price_list_falls_back_fk", "price_list", type_="foreignkey")
    op.drop_constraint(op.f("price_list_height_check"), "price_list")
    op.drop_constraint(op.f("price_list_falls_back_whole_check"), "price_list")
    op.drop_constraint(op.f("price_list_tenant_id_id_currency_height_key"), "price_list", type_="unique")
    op.drop_index(op.f("price_list_tenant_id_falls_back_id_idx"), table_name="price_list")
    op.drop_column("price_list", "height")
    op.drop_column("price_list", "falls_back_height")
    op.drop_column("price_list", "falls_back_id")

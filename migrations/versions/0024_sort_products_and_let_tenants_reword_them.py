"""Sort products into categories and types, and let tenants below say things of them differently.

The categories a house is born with become rows of the one that stands, and its products come to them by their names.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.catalogue.categories import OTHERS, SHIPPED  # what a new house is born with
from portal.core.keys import new_id

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# what stands in the products that are there
BEGUN = (
    sa.Column("description", sa.Text(), server_default="", nullable=False),
    sa.Column("kind", sa.String(length=20), server_default="primary", nullable=False),
    sa.Column("charging", sa.String(length=20), server_default="subscription", nullable=False),
    sa.Column("least", sa.Integer(), server_default="1", nullable=False),
    sa.Column("characteristics", postgresql.JSONB(), server_default="{}", nullable=False),
    sa.Column("picture", sa.String(length=40), server_default="", nullable=False),
    sa.Column("state", sa.String(length=20), server_default="active", nullable=False),
    sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("version", sa.Integer(), server_default="1", nullable=False),
)
OPEN = (
    sa.Column("most", sa.Integer(), nullable=True),
    sa.Column("type_tenant_id", sa.BigInteger(), nullable=True),
    sa.Column("type_id", sa.Uuid(), nullable=True),
    sa.Column("category_tenant_id", sa.BigInteger(), nullable=True),
    sa.Column("category_id", sa.Uuid(), nullable=True),
    sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
)


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("glyph", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parent_tenant_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_tenant_id", "parent_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("category_parent_tenant_id_parent_id_fk"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("category_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("category_pk")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("category_tenant_id_code_key")),
    )
    op.create_index(op.f("category_tenant_id_parent_id_idx"), "category", ["tenant_id", "parent_id"], unique=False)
    op.create_index(op.f("category_tenant_id_position_idx"), "category", ["tenant_id", "position"], unique=False)
    op.create_table(
        "product_picture",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha", sa.String(length=32), nullable=False),
        sa.Column("extension", sa.String(length=4), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("product_picture_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("product_picture_pk")),
        sa.UniqueConstraint("tenant_id", "sha", name=op.f("product_picture_tenant_id_sha_key")),
    )
    op.create_table(
        "product_type",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("vendor", sa.String(length=120), nullable=False),
        sa.Column("glyph", sa.String(length=40), nullable=False),
        sa.Column("picture", sa.String(length=40), nullable=False),
        sa.Column("characteristics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cancellation", sa.String(length=20), nullable=False),
        sa.Column("downgrade", sa.String(length=20), nullable=False),
        sa.Column("add_on_change", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("product_type_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("product_type_pk")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("product_type_tenant_id_code_key")),
    )
    op.create_index(op.f("product_type_tenant_id_name_idx"), "product_type", ["tenant_id", "name"], unique=False)
    op.create_table(
        "overlay",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category_tenant_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("picture", sa.String(length=40), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("overlay_category_tenant_id_category_id_fk"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["product_tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("overlay_product_tenant_id_product_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("overlay_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("overlay_pk")),
        sa.UniqueConstraint("tenant_id", "product_id", name=op.f("overlay_tenant_id_product_id_key")),
    )
    op.create_index(op.f("overlay_tenant_id_category_id_idx"), "overlay", ["tenant_id", "category_id"], unique=False)
    op.create_index(op.f("overlay_tenant_id_product_id_idx"), "overlay", ["tenant_id", "product_id"], unique=False)
    op.create_table(
        "product_link",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("other_tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_tenant_id", "other_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("product_link_other_tenant_id_other_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("product_link_product_tenant_id_product_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("product_link_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("product_link_pk")),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "other_id",
            "relation",
            name=op.f("product_link_tenant_id_product_id_other_id_relation_key"),
        ),
    )
    op.create_index(
        op.f("product_link_tenant_id_other_id_idx"), "product_link", ["tenant_id", "other_id"], unique=False
    )
    op.create_index(
        op.f("product_link_tenant_id_product_id_idx"), "product_link", ["tenant_id", "product_id"], unique=False
    )
    for column in (*BEGUN, *OPEN):
        op.add_column("product", column)
    for column in BEGUN:
        op.alter_column("product", column.name, server_default=None)  # only for the products that stood already
    op.create_index(op.f("product_tenant_id_category_id_idx"), "product", ["tenant_id", "category_id"], unique=False)
    op.create_index(op.f("product_tenant_id_type_id_idx"), "product", ["tenant_id", "type_id"], unique=False)
    op.create_foreign_key(
        op.f("product_category_tenant_id_category_id_fk"),
        "product",
        "category",
        ["category_tenant_id", "category_id"],
        ["tenant_id", "id"],
        ondelete="SET NULL",
    )
    op.create_foreign_key(
        op.f("product_type_tenant_id_type_id_fk"),
        "product",
        "product_type",
        ["type_tenant_id", "type_id"],
        ["tenant_id", "id"],
        ondelete="SET NULL",
    )
    _sort_in(op.get_bind())


def _sort_in(connection: sa.Connection) -> None:
    """The categories as rows of whoever owns the products, and his products in them.

    The owner of the tables is fenced like everybody else: he acts for the tenant meanwhile.
    """
    root = connection.scalar(sa.text("select id from tenant where parent_id is null"))
    if root is None:
        return
    tell = sa.text("select set_config('vitrine.tenant', :tenant, true)")
    connection.execute(tell, {"tenant": str(root)})
    names = ("tenant_id", "id", "code", "name", "glyph", "position", "version")
    category = sa.table("category", *map(sa.column, names), sa.column("words", postgresql.JSONB()))
    for position, one in enumerate((*SHIPPED, OTHERS), start=1):
        words = {"code": one.code, "name": one.name, "glyph": one.glyph, "words": list(one.words)}
        row = {"tenant_id": root, "id": new_id(), "position": position, "version": 1, **words}
        connection.execute(sa.insert(category).values(row))
        known = [f"%{word}%" for word in one.words] or ["%"]
        place = (
            "update product set category_tenant_id = :root, category_id = :id "
            "where tenant_id = :root and category_id is null and lower(name) like any(:known)"
        )
        connection.execute(sa.text(place), {"root": root, "id": row["id"], "known": known})
    connection.execute(tell, {"tenant": ""})


def downgrade() -> None:
    op.drop_constraint(op.f("product_type_tenant_id_type_id_fk"), "product", type_="foreignkey")
    op.drop_constraint(op.f("product_category_tenant_id_category_id_fk"), "product", type_="foreignkey")
    op.drop_index(op.f("product_tenant_id_type_id_idx"), table_name="product")
    op.drop_index(op.f("product_tenant_id_category_id_idx"), table_name="product")
    for column in (*BEGUN, *OPEN):
        op.drop_column("product", column.name)
    op.drop_index(op.f("product_link_tenant_id_product_id_idx"), table_name="product_link")
    op.drop_index(op.f("product_link_tenant_id_other_id_idx"), table_name="product_link")
    op.drop_table("product_link")
    op.drop_index(op.f("overlay_tenant_id_product_id_idx"), table_name="overlay")
    op.drop_index(op.f("overlay_tenant_id_category_id_idx"), table_name="overlay")
    op.drop_table("overlay")
    op.drop_index(op.f("product_type_tenant_id_name_idx"), table_name="product_type")
    op.drop_table("product_type")
    op.drop_table("product_picture")
    op.drop_index(op.f("category_tenant_id_position_idx"), table_name="category")
    op.drop_index(op.f("category_tenant_id_parent_id_idx"), table_name="category")
    op.drop_table("category")

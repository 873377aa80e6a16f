"""Let a list sell on request: by a rule that makes no price, or single plans of a product."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

WITHOUT_A_FIGURE = {
    "price_list_version": "rule <> 'on_request' or (percent = 0 and amount = 0)",
    "price_list_entry": (
        "rule is distinct from 'on_request' or (coalesce(percent, 0) = 0 and coalesce(amount, 0) = 0"
        " and not coalesce(jsonb_path_exists(tiers, '$[*].percent'), false)"
        " and (amounts is not null or tiers is not null or (rounding is null and floor is null)))"
    ),
}


def upgrade() -> None:
    requests = sa.Column("requests", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    op.add_column("price_list_entry", requests)
    for table, check in WITHOUT_A_FIGURE.items():
        op.create_check_constraint(op.f(f"{table}_asks_without_a_figure_check"), table, check)


def downgrade() -> None:
    """What was sold on request is out of the list: before, a list could not say it, and nobody wrote a price for it."""
    for table in WITHOUT_A_FIGURE:
        op.drop_constraint(op.f(f"{table}_asks_without_a_figure_check"), table, type_="check")
    op.execute("update price_list_entry set sells = false where rule = 'on_request' or requests is not null")
    op.execute("update price_list_entry set rule = null where rule = 'on_request'")
    op.execute("update price_list_version set everything = false, rule = 'recommended' where rule = 'on_request'")
    op.drop_column("price_list_entry", "requests")

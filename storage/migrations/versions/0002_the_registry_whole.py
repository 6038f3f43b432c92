"""The registry whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column(
            "about", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_position")),
    )
    op.create_index("ix_audit_about", "audit", ["about"], unique=False, postgresql_using="gin")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=48), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=140), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("cadre_id", sa.Integer(), nullable=True),
        sa.Column("notice", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadre.id"], name=op.f("fk_consent_cadre_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_consent_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_account"), "consent", ["account"], unique=False)
    op.create_index(op.f("ix_consent_cadre_id"), "consent", ["cadre_id"], unique=False)
    op.create_index(op.f("ix_consent_household_id"), "consent", ["household_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("from_cadre_id", sa.Integer(), nullable=True),
        sa.Column("to_cadre_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["cadre.id"], name=op.f("fk_handover_asked_by_id")),
        sa.ForeignKeyConstraint(["from_cadre_id"], ["cadre.id"], name=op.f("fk_handover_from_cadre_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_handover_household_id")),
        sa.ForeignKeyConstraint(["to_cadre_id"], ["cadre.id"], name=op.f("fk_handover_to_cadre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_asked_by_id"), "handover", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_handover_from_cadre_id"), "handover", ["from_cadre_id"], unique=False)
    op.create_index(op.f("ix_handover_household_id"), "handover", ["household_id"], unique=False)
    op.create_index(op.f("ix_handover_to_cadre_id"), "handover", ["to_cadre_id"], unique=False)
    op.create_index(
        "uq_handover_open",
        "handover",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "household_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("lifted_in", sa.Integer(), nullable=True),
        sa.Column("dibao_class", sa.String(length=20), nullable=True),
        sa.Column("risk_cleared", sa.Boolean(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_status_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_status")),
    )
    op.create_index(op.f("ix_household_status_household_id"), "household_status", ["household_id"], unique=False)
    op.create_index(
        "uq_household_status_open",
        "household_status",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )

    op.create_table(
        "income",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_income_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income")),
        sa.UniqueConstraint("household_id", "year", "kind", name=op.f("uq_income_household_id_year_kind")),
    )
    op.create_table(
        "proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=140), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("called", sa.String(length=20), nullable=True),
        sa.Column("granted_by", sa.String(length=40), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_proxy_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_household_id"), "proxy", ["household_id"], unique=False)
    op.create_index(
        "uq_proxy_open",
        "proxy",
        ["account", "household_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "family_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("other_household_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=40), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column(
            "changes", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.ForeignKeyConstraint(["act_id"], ["family_event.id"], name=op.f("fk_family_event_act_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_family_event_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_family_event_member_id")),
        sa.ForeignKeyConstraint(
            ["other_household_id"], ["household.id"], name=op.f("fk_family_event_other_household_id")
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["family_event.id"], name=op.f("fk_family_event_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_event")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_family_event_undoes_id")),
    )
    op.create_index(op.f("ix_family_event_act_id"), "family_event", ["act_id"], unique=False)
    op.create_index(op.f("ix_family_event_household_id"), "family_event", ["household_id"], unique=False)
    op.create_index(op.f("ix_family_event_member_id"), "family_event", ["member_id"], unique=False)
    op.create_index(op.f("ix_family_event_other_household_id"), "family_event", ["other_household_id"], unique=False)

    op.add_column("assignment", sa.Column("role", sa.String(length=20), nullable=True))
    op.add_column("assignment", sa.Column("rank", sa.String(length=40), nullable=True))

    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a new column's reference only together with the column.
        op.execute(
            "ALTER TABLE binding ADD COLUMN speaks_for_id INTEGER"
            " CONSTRAINT fk_binding_speaks_for_id REFERENCES household (id)"
        )
    else:
        op.add_column("binding", sa.Column("speaks_for_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_binding_speaks_for_id", "binding", "household", ["speaks_for_id"], ["id"])
    op.create_index(op.f("ix_binding_speaks_for_id"), "binding", ["speaks_for_id"], unique=False)
    op.create_index(op.f("ix_binding_member_id"), "binding", ["member_id"], unique=False)

    op.create_index(op.f("ix_call_list_household_id"), "call_list", ["household_id"], unique=False)

    op.create_index(op.f("ix_area_name"), "area", ["name"], unique=False)
    op.create_index(op.f("ix_household_head_name_area_id"), "household", ["head_name", "area_id"], unique=False)
    op.drop_index(op.f("ix_household_head_name"), "household")

    op.add_column("household", sa.Column("other_causes", sa.String(length=200), nullable=True))
    op.add_column("household", sa.Column("lifted_in", sa.Integer(), nullable=True))
    op.add_column("household", sa.Column("dibao_class", sa.String(length=20), nullable=True))
    op.add_column("household", sa.Column("risk_cleared", sa.Boolean(), nullable=True))
    op.add_column("household", sa.Column("closed_on", sa.Date(), nullable=True))

    op.add_column("invitation", sa.Column("as_proxy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("invitation", sa.Column("by_household", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("invitation", sa.Column("called", sa.String(length=20), nullable=True))
    op.create_index(op.f("ix_invitation_household_id"), "invitation", ["household_id"], unique=False)

    op.add_column("import_batch", sa.Column("fingerprints_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("import_change", sa.Column("row_count", sa.Integer(), server_default="1", nullable=False))

    op.add_column("member", sa.Column("joined_on", sa.Date(), nullable=True))
    op.add_column("member", sa.Column("left_on", sa.Date(), nullable=True))

    op.create_index(op.f("ix_outbox_household_id"), "outbox", ["household_id"], unique=False)

    # What is on file today begins the history of each household, on the day of its last import.
    home = sa.table("household", *map(sa.column, ("id", "category")), sa.column("imported_at", sa.DateTime()))
    status = sa.case((home.c.category.in_(("poor", "poor_dibao", "poor_tekun")), "registered"), else_=home.c.category)
    since = sa.func.date(home.c.imported_at)
    columns = ("household_id", "status", "category", "since", "noted_at")
    history = sa.table("household_status", *map(sa.column, columns))
    op.execute(
        history.insert().from_select(columns, sa.select(home.c.id, status, home.c.category, since, home.c.imported_at))
    )

    # Who is bound today was told in a sentence what is kept and how to end it, and agreed by sending code or facts.
    given = ("account", "household_id", "cadre_id", "notice", "given_at")
    bound = sa.table("binding", *map(sa.column, ("account", "household_id", "cadre_id", "bound_at", "ended_at")))
    agreed = sa.select(
        bound.c.account, bound.c.household_id, bound.c.cadre_id, sa.literal("first"), bound.c.bound_at
    ).where(bound.c.ended_at.is_(None))
    op.execute(sa.table("consent", *map(sa.column, given)).insert().from_select(given, agreed))

    # Tries are counted under a blind index from now on; those that name an account would never be forgotten with it.
    op.execute(sa.table("binding_attempt").delete())

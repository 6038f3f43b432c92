"""What households are told, shown and owed an answer to: told facts, public notices, cases, recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("benefit", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_public_notice_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_public_notice_number")),
    )
    op.create_index(op.f("ix_public_notice_area_id"), "public_notice", ["area_id"], unique=False)
    op.create_table(
        "told_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_told_fact_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_told_fact_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_fact")),
    )
    op.create_index(op.f("ix_told_fact_member_id"), "told_fact", ["member_id"], unique=False)
    op.create_index("ix_told_fact_standing", "told_fact", ["household_id", "replaced_at"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("opened_by_cadre_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("handler_cadre_id", sa.Integer(), nullable=True),
        sa.Column("against_cadre_id", sa.Integer(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("benefit", sa.String(length=80), nullable=True),
        sa.Column("disbursement_id", sa.Integer(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["against_cadre_id"], ["cadre.id"], name=op.f("fk_case_against_cadre_id")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_case_area_id")),
        sa.ForeignKeyConstraint(["disbursement_id"], ["disbursement.id"], name=op.f("fk_case_disbursement_id")),
        sa.ForeignKeyConstraint(["handler_cadre_id"], ["cadre.id"], name=op.f("fk_case_handler_cadre_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_case_household_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notice.id"], name=op.f("fk_case_notice_id")),
        sa.ForeignKeyConstraint(["opened_by_cadre_id"], ["cadre.id"], name=op.f("fk_case_opened_by_cadre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index(op.f("ix_case_against_cadre_id"), "case", ["against_cadre_id"], unique=False)
    op.create_index(op.f("ix_case_area_id"), "case", ["area_id"], unique=False)
    op.create_index(op.f("ix_case_disbursement_id"), "case", ["disbursement_id"], unique=False)
    op.create_index(op.f("ix_case_handler_cadre_id"), "case", ["handler_cadre_id"], unique=False)
    op.create_index(op.f("ix_case_household_id"), "case", ["household_id"], unique=False)
    op.create_index(op.f("ix_case_notice_id"), "case", ["notice_id"], unique=False)
    op.create_index(op.f("ix_case_opened_by_cadre_id"), "case", ["opened_by_cadre_id"], unique=False)
    op.create_index(op.f("ix_case_state"), "case", ["state"], unique=False)
    op.create_table(
        "public_notice_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("shown_name", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_public_notice_line_application_id")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_public_notice_line_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_public_notice_line_member_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notice.id"], name=op.f("fk_public_notice_line_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice_line")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_public_notice_line_notice_id_position")),
    )
    op.create_index(
        op.f("ix_public_notice_line_application_id"), "public_notice_line", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_public_notice_line_household_id"), "public_notice_line", ["household_id"], unique=False)
    op.create_index(op.f("ix_public_notice_line_member_id"), "public_notice_line", ["member_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=140), nullable=False),
        sa.Column("media_id", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_type", sa.String(length=60), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_recording_case_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_recording_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("media_id", name=op.f("uq_recording_media_id")),
    )
    op.create_index(op.f("ix_recording_account"), "recording", ["account"], unique=False)
    op.create_index(op.f("ix_recording_case_id"), "recording", ["case_id"], unique=False)
    op.create_index(op.f("ix_recording_household_id"), "recording", ["household_id"], unique=False)
    op.create_index(op.f("ix_recording_state"), "recording", ["state"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a new column's reference only together with the column.
        for table in ("application", "disbursement"):
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN member_id INTEGER"
                f" CONSTRAINT fk_{table}_member_id REFERENCES member (id)"
            )
    else:
        for table in ("application", "disbursement"):
            op.add_column(table, sa.Column("member_id", sa.Integer(), nullable=True))
            op.create_foreign_key(f"fk_{table}_member_id", table, "member", ["member_id"], ["id"])
    for table in ("application", "disbursement"):
        op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"], unique=False)

"""导入批次: one row a file loaded with what came of it, and one a row of the store it changed, to take it back by."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import BatchId


class ImportBatch(Base):
    """One import. `problems` names rows and columns, never what stood in them.

    `fingerprints_sealed` is the secret of its fingerprints; imports of before there was one have none.
    """

    __tablename__ = "import_batch"

    id: Mapped[BatchId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    problems: Mapped[list[Any]] = mapped_column(default=list)
    fingerprints_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class What(StrEnum):
    """What an import did to a row."""

    CREATED = "created"
    UPDATED = "updated"


class ImportChange(Base):
    """One row an import changed, or some it made; gone once the import is taken back.

    `before` holds what the changed columns held, sealed ones as sealed; `after` is a fingerprint (16 bytes) of
    what they hold since, by which a later change is noticed. Rows that were made with ids one after the other stand
    together: `row_id` is the first of `row_count`, and `after` has a fingerprint of each.
    """

    __tablename__ = "import_change"
    __table_args__ = (Index("ix_import_change_row", "table_name", "row_id"),)

    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[int]
    row_count: Mapped[int] = mapped_column(default=1, server_default="1")
    what: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any]]
    after: Mapped[bytes] = mapped_column(LargeBinary)

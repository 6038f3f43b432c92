"""导入批次: one row a file loaded, with what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.ids import BatchId


class ImportBatch(Base):
    """One import. `problems` names rows and columns, never what stood in them."""

    __tablename__ = "import_batch"

    id: Mapped[BatchId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    problems: Mapped[list[Any]] = mapped_column(default=list)

"""A small county whose rules a test can see, and people in its store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from policies.catalogue import Confirmation, County, HandIn, load_county
from storage.database import Database
from tests.village import Village

ROOF = "dangerous_house_wangcang"
"""农村危房改造, definite, for houses of grade C or D."""


@pytest.fixture
def people(store: Database, now: datetime) -> Village:
    return Village(store, now)


@pytest.fixture
def visits_only() -> County:
    """Visits every month, reminded on the 1st and the 20th; no window is confirmed."""
    return replace(load_county("wangcang"), confirmations={})


@pytest.fixture
def closing() -> Callable[..., County]:
    """A county that has confirmed until when applications for a roof are taken."""

    def make(closes: date, *, opens: date | None = None, where: str | None = "镇便民服务中心") -> County:
        window = HandIn(opens=opens, closes=closes, what="申请表和身份证", where=where)
        confirmation = Confirmation(
            benefit=ROOF,
            on=date(2023, 1, 1),
            until=None,
            by="县住建局",
            note=None,
            demonstration=False,
            amounts=(),
            window=window,
        )
        return replace(load_county("wangcang"), visits=(), confirmations={ROOF: (confirmation,)})

    return make

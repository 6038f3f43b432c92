"""People in a store without a bot around it."""

from datetime import datetime

import pytest

from storage.database import Database
from tests.village import Village


@pytest.fixture
def people(store: Database, now: datetime) -> Village:
    """People to speak, in the store of this test."""
    return Village(store, now)

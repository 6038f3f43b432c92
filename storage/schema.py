"""All tables in one place, for migrations and for the test that compares the two."""

from storage import (
    applications,
    areas,
    assignments,
    bindings,
    cadres,
    contacts,
    conversations,
    disbursements,
    households,
    import_batches,
    inbox,
    invitations,
    members,
    notices,
    outbox,
    reminders,
    visits,
)
from storage.database import Base

TABLE_MODULES = (
    areas,
    households,
    members,
    cadres,
    assignments,
    bindings,
    invitations,
    contacts,
    applications,
    disbursements,
    visits,
    inbox,
    conversations,
    outbox,
    reminders,
    notices,
    import_batches,
)
metadata = Base.metadata

"""表: every table that imports write, and which of its columns are sealed."""

from collections.abc import Mapping

from storage import (
    applications,
    areas,
    assignments,
    cadres,
    disbursements,
    family_events,
    households,
    incomes,
    members,
    statuses,
)
from storage.imports.bulk import Shape

AREAS = Shape(areas.Area, {})
HOUSEHOLDS = Shape(households.Household, {"phone": households.PHONE, "card": households.CARD}, frozenset(("phone",)))
MEMBERS = Shape(members.Member, {"id_number": members.ID_NUMBER, "phone": members.PHONE}, frozenset(("id_number",)))
CADRES = Shape(cadres.Cadre, {"phone": cadres.PHONE}, frozenset(("phone",)))
ASSIGNMENTS = Shape(assignments.Assignment, {})
STATUSES = Shape(statuses.HouseholdStatus, {})
INCOMES = Shape(incomes.Income, {})
FAMILY_EVENTS = Shape(family_events.FamilyEvent, {})
APPLICATIONS = Shape(applications.Application, {})
APPROVALS = Shape(applications.Approval, {})
DISBURSEMENTS = Shape(disbursements.Disbursement, {"card": disbursements.CARD})

SHAPES: Mapping[str, Shape] = {
    shape.table.name: shape
    for shape in (
        AREAS,
        HOUSEHOLDS,
        MEMBERS,
        CADRES,
        ASSIGNMENTS,
        STATUSES,
        INCOMES,
        FAMILY_EVENTS,
        APPLICATIONS,
        APPROVALS,
        DISBURSEMENTS,
    )
}
"""All of them by table name."""

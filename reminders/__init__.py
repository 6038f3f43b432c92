"""提醒: what the clock says, in one table, and the planning of what is due."""

from reminders.schedule import SCHEDULE, Planned, plan_due, renders

__all__ = ["SCHEDULE", "Planned", "plan_due", "renders"]

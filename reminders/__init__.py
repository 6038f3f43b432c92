"""What the clock says: one file per subject, and the SCHEDULE table."""

"""Every sentence a person can receive, one file per subject."""

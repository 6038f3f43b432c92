"""The household store: one file per thing, its table on top, its functions below."""

"""发出: what was promised is delivered, by whatever way reaches the person."""

"""What conversations are written against: talks, the clock, errors, telemetry."""

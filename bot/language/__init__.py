"""语言: Chinese as people write it to the bot. Pure: no clock, no store, no network, only its own data files."""

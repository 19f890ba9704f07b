"""Whether figures can be trusted: feeds, rules, rows, builds, dictionary."""

"""Bills: what providers charge, line by line, whatever the form they export it in."""

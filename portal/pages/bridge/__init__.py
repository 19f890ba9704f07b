"""Why spend changed: the bridge between two periods, and between budget and actual."""

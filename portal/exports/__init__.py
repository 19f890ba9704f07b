"""Downloads of what a page shows, through the same door and with the same scope."""

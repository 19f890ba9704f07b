"""Where a government, or one MDA, stands this year."""

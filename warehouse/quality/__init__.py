"""Quality: which rows may reach the star, which wait, and what is worth knowing about them."""

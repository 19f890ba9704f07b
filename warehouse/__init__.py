"""The warehouse: feeds, quality, transforms, the star, its measures and the one door to them."""

"""Bills from providers' own interfaces: asked day by day, and written as files that feeds read."""

"""Pages of tagging policies: the list, one policy, its editor, the effective one, exemptions."""

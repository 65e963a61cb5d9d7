"""Plans as files: tables of actions, what donors read (IATI), and everything of a place in one file."""

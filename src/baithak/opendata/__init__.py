"""Open data sets known by name: what they are, who published them, and how to get them honestly."""

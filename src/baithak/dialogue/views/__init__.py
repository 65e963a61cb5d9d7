"""Pages of the room: residents' pages, the team's pages, moderation, map, import."""

"""Pages of the room: residents' pages, the public draw, the team's set-up, draw and seats."""

"""Pages of the room, one noun per file."""

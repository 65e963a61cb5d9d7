"""Forms of the room, one noun in each file."""

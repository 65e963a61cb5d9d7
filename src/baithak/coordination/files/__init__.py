"""Files of the room: tables to fill in, and all of a place as one file."""

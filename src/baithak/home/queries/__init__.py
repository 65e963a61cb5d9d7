"""Reads of the room, one noun per file. What other rooms hold is read through their own queries."""

"""Reads of the room, one noun per file, each within what the viewer may see."""

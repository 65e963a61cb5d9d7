"""Reads of the room, one noun in each file; each within what the viewer may see."""

"""Every permission of the room."""

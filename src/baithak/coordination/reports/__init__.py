"""Papers that the room writes by itself, each from its own queries."""

"""The numbers: numpy in, frozen dataclasses out. No Django, no database, no network."""

"""Room: journal."""

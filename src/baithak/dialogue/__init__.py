"""Room: dialogue."""

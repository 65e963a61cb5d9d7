"""The wall of the house: the gate every page passes, base templates, style, health. No models."""

"""Panels by public lottery: registration, quotas, draws anybody can verify."""

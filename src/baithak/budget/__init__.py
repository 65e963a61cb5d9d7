"""Participatory budgets: projects, ballots, counts with reasons."""

"""Participatory budgets: ballots in, exact winners with reasons and fairness figures out."""

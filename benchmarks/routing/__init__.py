"""Which statement to ask next: a replay on real votes, beside random order and Polis' priority."""

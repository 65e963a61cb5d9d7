"""Speed and quality beside the peers, paired in one run. Never part of the tests."""

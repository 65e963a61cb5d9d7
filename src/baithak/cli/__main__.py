"""``python -m baithak.cli`` is the command ``baithak``."""

from baithak.cli import main

main(prog_name="baithak")

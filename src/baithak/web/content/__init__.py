"""What a file is, told by its bytes alone. Runs in the limited process: no Django, nothing written."""

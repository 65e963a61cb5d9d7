"""Start page, my desk, the demonstration, the commands that run the hub."""

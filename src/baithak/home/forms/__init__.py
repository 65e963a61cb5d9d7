"""What people fill in, one noun per file."""

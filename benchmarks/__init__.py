"""What is measured, each by one command that prints a table."""

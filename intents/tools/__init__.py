"""What handlers reach out with: language models, later maps and weather."""

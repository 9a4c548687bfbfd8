"""What films and pictures have in common: the engine, the prompt, the order, the wait."""

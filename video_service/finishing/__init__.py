"""What is done to a clip after it was filmed. Pillow and PyAV; no engine, no torch."""

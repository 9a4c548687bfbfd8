"""The page: its channel, its words, and the whole of it in a real browser."""

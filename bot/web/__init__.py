"""The page: a simulated family group in the browser. The only chat-side folder with fastapi."""

"""天气: what the weather will be, umbrella or not, what to wear."""

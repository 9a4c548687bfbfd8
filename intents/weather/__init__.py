"""天气: what the weather will be, whether to take an umbrella, what to wear."""

"""The real npm gateway over a mock WeChat, started for tests."""

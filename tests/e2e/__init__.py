"""The whole product as a user starts it: real processes, real files, real signals."""

"""The weather intent, talked to."""

"""Understands what a family asks and answers it: a function from a dialogue to a reply."""

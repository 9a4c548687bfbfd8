"""A tool call that ends in a sentence for the agent."""


class ToolFailed(Exception):
    """The text is Chinese, for whoever called."""

"""小爱's camera as tools for other programs' agents, over the Model Context Protocol."""

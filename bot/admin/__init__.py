"""小爱 looked after by chatting: a few exact words, from contacts that the config names."""

"""What strangers try: every attack refused by name, in the log, and at once."""

"""Lives in the chat: hears, remembers, decides whether it is meant, answers, delivers."""

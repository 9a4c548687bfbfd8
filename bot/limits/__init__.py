"""How much a family films in a day, when, and what not."""

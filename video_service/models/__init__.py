"""`qunying models`: which engines there are, getting their weights, trying them out."""

"""`qunying batch`: a table of wishes becomes a folder of clips, in as many runs as it takes."""

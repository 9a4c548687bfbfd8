"""What a family calls a place, where that is on the map, and how far, long and dear in words."""

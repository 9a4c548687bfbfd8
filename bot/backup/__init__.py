"""Everything a family has in one file, and back on another machine."""

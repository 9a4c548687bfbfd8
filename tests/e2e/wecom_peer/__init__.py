"""小爱 at home in WeCom, and the official Node SDK as a second client of the same server."""

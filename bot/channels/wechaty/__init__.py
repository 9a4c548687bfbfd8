"""WeChat groups through a wechaty gateway: unofficial, and the only way into ordinary groups."""

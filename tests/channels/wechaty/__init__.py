"""WeChat groups through a gateway: the channel against the real npm gateway."""

"""The ways into WeChat, each against a peer that we did not write."""

"""Makes clips. The chat side knows `client` and `schema`; all the rest stays by the GPU."""

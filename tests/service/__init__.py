"""The generation service: table, HTTP, worker, processes."""

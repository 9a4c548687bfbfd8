"""Ways to tell a worker that a job waits: one process beside us, later several machines."""

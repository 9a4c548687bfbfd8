"""Films made on other machines: a real Redis, real Celery workers, processes that are killed."""

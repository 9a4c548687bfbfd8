"""How the table of jobs looks on disk, script by script: a database runs those it lacks."""

MIGRATIONS = (
    """
    CREATE TABLE jobs(
      seq           INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival
      id            TEXT NOT NULL UNIQUE,
      owner         TEXT NOT NULL,                      -- opaque; '' = nobody in particular
      request_key   TEXT UNIQUE,                        -- Idempotency-Key
      fingerprint   TEXT NOT NULL,                      -- of the request body
      request       TEXT NOT NULL,                      -- VideoRequest, JSON
      shot          TEXT NOT NULL,                      -- Shot, JSON
      photo         INTEGER NOT NULL,
      remixed_from  TEXT,
      status        TEXT NOT NULL
                    CHECK(status IN ('queued', 'in_progress', 'completed', 'failed')),
      stage         TEXT,
      progress      INTEGER NOT NULL DEFAULT 0 CHECK(progress BETWEEN 0 AND 100),
      attempt       INTEGER NOT NULL DEFAULT 0,
      lease_owner   TEXT,
      lease_token   INTEGER NOT NULL DEFAULT 0,         -- fencing: grows with every claim
      lease_until   REAL,
      not_before    REAL NOT NULL DEFAULT 0,
      error_code    TEXT,
      error_message TEXT,
      hidden        INTEGER NOT NULL DEFAULT 0,         -- deleted while unfinished
      created_at    REAL NOT NULL,
      started_at    REAL,
      finished_at   REAL,
      expires_at    REAL
    ) STRICT;
    CREATE INDEX jobs_open ON jobs(status) WHERE status IN ('queued', 'in_progress');
    CREATE INDEX jobs_owner ON jobs(owner, started_at);
    CREATE INDEX jobs_expiry ON jobs(expires_at);
    CREATE TABLE job_events(
      seq    INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
      at     REAL NOT NULL,
      type   TEXT NOT NULL,
      job    TEXT NOT NULL                              -- VideoJob as it was then, JSON
    ) STRICT;
    CREATE INDEX job_events_job ON job_events(job_id, seq);
    CREATE TABLE timings(                               -- how long films took on this machine
      seq     INTEGER PRIMARY KEY AUTOINCREMENT,
      model   TEXT NOT NULL,
      look    TEXT NOT NULL,                            -- size, frames and steps
      work    REAL NOT NULL,                            -- pixels x frames x steps
      seconds REAL NOT NULL
    ) STRICT;
    CREATE INDEX timings_model ON timings(model, look, seq);
    """,
    """
    ALTER TABLE jobs ADD COLUMN makes TEXT NOT NULL DEFAULT 'video';     -- or 'image'
    ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT 'card';       -- or 'cloud', 'finish'
    ALTER TABLE jobs ADD COLUMN step_downs TEXT NOT NULL DEFAULT '[]';   -- JSON, in order
    """,
    """
    ALTER TABLE jobs ADD COLUMN clips INTEGER NOT NULL DEFAULT 0;  -- made of so many, not filmed
    ALTER TABLE jobs ADD COLUMN joined TEXT NOT NULL DEFAULT '[]'; -- ids, JSON, in order
    ALTER TABLE jobs ADD COLUMN music INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN voice INTEGER NOT NULL DEFAULT 0;
    """,
)

"""The tables of bot.db. Scripts are never edited once shipped: a change is a new script."""

MIGRATIONS = (
    """
    CREATE TABLE turns (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        room TEXT NOT NULL,
        id TEXT NOT NULL,
        sender TEXT NOT NULL,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        said TEXT NOT NULL DEFAULT '',
        at REAL NOT NULL,
        mine INTEGER NOT NULL DEFAULT 0,
        private INTEGER NOT NULL DEFAULT 0,
        mentions_me INTEGER NOT NULL DEFAULT 0,
        hidden INTEGER NOT NULL DEFAULT 0,
        quote TEXT,
        ref TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('heard', 'open', 'answered')),
        takes INTEGER NOT NULL DEFAULT 0,
        intent TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT 'ok',
        question INTEGER REFERENCES questions (id) ON DELETE SET NULL,
        choice TEXT,
        UNIQUE (channel, room, id)
    );
    CREATE INDEX turns_by_room ON turns (channel, room, n);
    CREATE INDEX turns_open ON turns (n) WHERE state = 'open';
    CREATE TABLE media (
        turn INTEGER NOT NULL REFERENCES turns (n) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('photo', 'video')),
        file TEXT NOT NULL,
        poster TEXT,
        sidecar TEXT,
        draft INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (turn, position)
    );
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        turn INTEGER NOT NULL REFERENCES turns (n) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('text', 'ticket', 'question')),
        text TEXT NOT NULL DEFAULT '',
        job_id TEXT,
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'sent', 'failed', 'dropped')),
        since REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        promised_s REAL,
        told_late INTEGER NOT NULL DEFAULT 0,
        UNIQUE (turn, position)
    );
    CREATE INDEX outbox_pending ON outbox (turn) WHERE state = 'pending';
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        turn INTEGER NOT NULL UNIQUE REFERENCES turns (n) ON DELETE CASCADE,
        intent TEXT NOT NULL,
        slots TEXT NOT NULL,
        question TEXT NOT NULL,
        due REAL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'dropped'))
    );
    CREATE INDEX questions_open ON questions (turn) WHERE state = 'open'
    """,
    "ALTER TABLE turns ADD COLUMN slots TEXT NOT NULL DEFAULT ''",
    """
    ALTER TABLE turns ADD COLUMN kept TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE outbox ADD COLUMN makes TEXT NOT NULL DEFAULT 'video';
    CREATE TABLE places (
        channel TEXT NOT NULL,
        room TEXT NOT NULL,
        sender TEXT NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (channel, room, sender, name)
    )
    """,
    """
    ALTER TABLE turns ADD COLUMN room_name TEXT NOT NULL DEFAULT '';
    CREATE TABLE new_media (
        turn INTEGER NOT NULL REFERENCES turns (n) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('photo', 'quoted', 'voice', 'video')),
        file TEXT,
        form TEXT NOT NULL DEFAULT '',
        ref TEXT NOT NULL DEFAULT '',
        poster TEXT,
        sidecar TEXT,
        draft INTEGER NOT NULL DEFAULT 0,
        wish INTEGER REFERENCES turns (n) ON DELETE SET NULL,
        PRIMARY KEY (turn, position)
    );
    INSERT INTO new_media (turn, position, id, kind, file, poster, sidecar, draft)
        SELECT turn, position, id, kind, file, poster, sidecar, draft FROM media;
    DROP TABLE media;
    ALTER TABLE new_media RENAME TO media;
    CREATE INDEX media_by_id ON media (id);
    CREATE TABLE new_outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        turn INTEGER NOT NULL REFERENCES turns (n) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('text', 'ticket', 'question', 'clip')),
        text TEXT NOT NULL DEFAULT '',
        job_id TEXT,
        makes TEXT NOT NULL DEFAULT 'video',
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'sent', 'failed', 'dropped')),
        since REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        promised_s REAL,
        told_late INTEGER NOT NULL DEFAULT 0,
        sent_pieces INTEGER NOT NULL DEFAULT 0,
        UNIQUE (turn, position)
    );
    INSERT INTO new_outbox (id, turn, position, kind, text, job_id, makes, state, since, attempts,
            last_error, promised_s, told_late)
        SELECT id, turn, position, kind, text, job_id, makes, state, since, attempts,
            last_error, promised_s, told_late FROM outbox;
    DROP TABLE outbox;
    ALTER TABLE new_outbox RENAME TO outbox;
    CREATE INDEX outbox_pending ON outbox (turn) WHERE state = 'pending';
    CREATE TABLE styles (
        channel TEXT NOT NULL,
        room TEXT NOT NULL,
        style TEXT NOT NULL,
        sender TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (channel, room)
    )
    """,
    """
    CREATE TABLE usage (
        id INTEGER PRIMARY KEY,
        turn INTEGER UNIQUE REFERENCES turns (n) ON DELETE SET NULL,
        channel TEXT NOT NULL,
        room TEXT NOT NULL,
        sender TEXT NOT NULL,
        makes TEXT NOT NULL CHECK (makes IN ('video', 'image')),
        at REAL NOT NULL
    );
    CREATE INDEX usage_by_day ON usage (at);
    CREATE TABLE grants (
        channel TEXT NOT NULL,
        sender TEXT NOT NULL,
        clips INTEGER NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (channel, sender)
    );
    CREATE TABLE pauses (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at REAL NOT NULL
    );
    CREATE TABLE farewells (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('file', 'video', 'image', 'order', 'turn')),
        what TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE traces (
        turn INTEGER PRIMARY KEY REFERENCES turns (n) ON DELETE CASCADE,
        heard REAL NOT NULL,
        understood REAL,
        answered REAL,
        by TEXT NOT NULL DEFAULT '',
        films TEXT NOT NULL DEFAULT '{}'
    )
    """,
    """
    ALTER TABLE usage ADD COLUMN take TEXT;
    CREATE UNIQUE INDEX usage_by_take ON usage (take)
    """,
    """
    CREATE TABLE new_farewells (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL
            CHECK (kind IN ('file', 'video', 'image', 'order', 'turn', 'beside')),
        what TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO new_farewells SELECT * FROM farewells;
    DROP TABLE farewells;
    ALTER TABLE new_farewells RENAME TO farewells
    """,
    # how often the owner has had it sent anew: each time it is another message
    "ALTER TABLE outbox ADD COLUMN again INTEGER NOT NULL DEFAULT 0",
)

-- The outbox, the channels, the reactions and the built-in page's board.
--
-- Instants are whole microseconds since 1970 in UTC: exact, sorted as what they are, and without a text format that
-- could be written in two ways. Local dates are ISO texts, since they name a day and not an instant.

CREATE TABLE channel (
    name TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    paused_until INTEGER,
    blocked TEXT
) STRICT, WITHOUT ROWID;

-- One row a post, and one a slot that ended without a post. A channel is a name in the configuration, and the ledger
-- outlives it there; so `channel` is no foreign key.
CREATE TABLE post (
    -- AUTOINCREMENT, because people and logs name posts by this number: it is never given twice.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    slot_date TEXT,
    slot_name TEXT,
    slot_zone TEXT,
    state TEXT NOT NULL,
    due INTEGER NOT NULL,
    late INTEGER NOT NULL DEFAULT 0,
    seed TEXT,
    lineage INTEGER,
    round INTEGER,
    message TEXT,
    message_id TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    ambiguous INTEGER NOT NULL DEFAULT 0,
    first_attempt INTEGER,
    last_attempt INTEGER,
    retry_at INTEGER,
    owner TEXT,
    lease_until INTEGER,
    posted INTEGER,
    why TEXT,
    reason TEXT,
    explanation TEXT NOT NULL DEFAULT '[]',
    -- Reactions as of this instant were read from the platform as a whole.
    reactions_read INTEGER,
    UNIQUE (channel, key),
    CHECK ((owner IS NULL) = (lease_until IS NULL)),
    CHECK (owner IS NULL OR state = 'sending'),
    -- An open row wakes at one instant: when it is due for another try, or when its owner's lease runs out.
    CHECK ((state IN ('pending', 'sending', 'blocked')) = ((retry_at IS NULL) <> (lease_until IS NULL))),
    CHECK (state <> 'posted' OR posted IS NOT NULL),
    CHECK (state = 'skipped' OR message IS NOT NULL),
    CHECK (state <> 'skipped' OR why IS NOT NULL)
) STRICT;

-- No seed twice in a channel within a round, whatever its state, unless it surely was not posted.
CREATE UNIQUE INDEX post_spent ON post (channel, round, lineage) WHERE state <> 'skipped';
CREATE INDEX post_lineage ON post (channel, lineage) WHERE lineage IS NOT NULL;
CREATE INDEX post_newest ON post (due, id, state);
CREATE INDEX post_newest_in_channel ON post (channel, due, id, state);
CREATE INDEX post_posted ON post (channel, posted, id) WHERE posted IS NOT NULL;
CREATE INDEX post_slot ON post (slot_date) WHERE slot_date IS NOT NULL;
CREATE INDEX post_latest_slot ON post (channel, due) WHERE slot_date IS NOT NULL;
CREATE INDEX post_message ON post (channel, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX post_sending ON post (channel, state) WHERE state = 'sending';
CREATE INDEX post_open ON post (coalesce(retry_at, lease_until), id) WHERE state IN ('pending', 'sending', 'blocked');

-- By message and not by post, so that a reaction that arrives before our own confirm is not lost.
-- `at` with `present` decides which change is the newest; one taken off stays as a row that says so.
CREATE TABLE reaction (
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    user TEXT NOT NULL,
    emoji TEXT NOT NULL,
    present INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, message_id, user, emoji)
) STRICT, WITHOUT ROWID;

-- The built-in page's messages: its own memory as a platform, apart from the ledger.
CREATE TABLE board (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    marker TEXT NOT NULL,
    channel TEXT NOT NULL,
    published INTEGER NOT NULL,
    UNIQUE (channel, marker)
) STRICT;

-- Written to find out whether the file can be written to.
CREATE TABLE pulse (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at INTEGER NOT NULL
) STRICT;

-- What a platform with threads, pins and commands of its own asks of the store: steps after a post, readings of its
-- reactions by plan, channels that were set up there, members' proposals, and what adapters remember.

-- When the reactions of a post are to be read from its platform next; NULL where they are not any more.
ALTER TABLE post ADD COLUMN reconcile_at INTEGER CHECK (reconcile_at IS NULL OR state = 'posted');
-- An hour after the post, as for new ones, which is past: so those of the last week are all read once at the start.
UPDATE post SET reconcile_at = posted + 3600000000
WHERE state = 'posted' AND message_id IS NOT NULL AND posted > (SELECT max(posted) FROM post) - 7 * 86400000000;

-- Whether it is pinned now, so that the next pin finds what is to be taken down.
ALTER TABLE post ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));

CREATE INDEX post_pinned ON post (channel, posted, id) WHERE pinned;
CREATE INDEX post_reconcile ON post (reconcile_at, id) WHERE reconcile_at IS NOT NULL;
CREATE INDEX post_blocked ON post (channel) WHERE state = 'blocked';

-- What follows a confirmed post, each with retries of its own.
CREATE TABLE step (
    post INTEGER NOT NULL REFERENCES post (id),
    name TEXT NOT NULL,
    place INTEGER NOT NULL,  -- in the order planned, within the post
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    planned INTEGER NOT NULL,
    retry_at INTEGER,
    result TEXT,
    reason TEXT,
    PRIMARY KEY (post, name),
    CHECK ((state = 'open') = (retry_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX step_open ON step (post, place, retry_at) WHERE state = 'open';

-- Seeds put first by hand; the highest place is next.
CREATE TABLE queue (
    channel TEXT NOT NULL,
    lineage INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (channel, lineage)
) STRICT, WITHOUT ROWID;

-- A person may have the same emoji on a message twice, plain and as a burst.
ALTER TABLE reaction RENAME TO plain_reaction;
CREATE TABLE reaction (
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    user TEXT NOT NULL,
    emoji TEXT NOT NULL,
    burst INTEGER NOT NULL CHECK (burst IN (0, 1)),
    present INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, message_id, user, emoji, burst)
) STRICT, WITHOUT ROWID;
INSERT INTO reaction SELECT channel, message_id, user, emoji, 0, present, at FROM plain_reaction;
DROP TABLE plain_reaction;

-- Everybody's reactions were taken off a message at `at`, also those whose news comes later; emoji '' is all of them.
CREATE TABLE clearing (
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    emoji TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, message_id, emoji)
) STRICT, WITHOUT ROWID;

-- Channels that were set up on their platform.
CREATE TABLE setup (
    number INTEGER PRIMARY KEY,  -- in the order they were first set up
    channel TEXT NOT NULL UNIQUE,
    space TEXT NOT NULL,
    by TEXT,
    settings TEXT NOT NULL  -- JSON, the channel as a whole
) STRICT;

CREATE INDEX setup_by ON setup (by) WHERE by IS NOT NULL;

-- Cuttings that members proposed for the library.
CREATE TABLE proposal (
    -- AUTOINCREMENT, because the buttons of a message that asks about one name it by this number.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL,
    by TEXT,
    cutting TEXT NOT NULL,  -- JSON
    decision TEXT NOT NULL,
    made INTEGER NOT NULL,
    card TEXT,
    decided INTEGER,
    seed TEXT,
    exported INTEGER NOT NULL DEFAULT 0 CHECK (exported IN (0, 1)),  -- its seed is a file of the library
    CHECK ((decision = 'waiting') = (decided IS NULL)),
    CHECK (decision <> 'approved' OR seed IS NOT NULL)
) STRICT;

CREATE INDEX proposal_waiting ON proposal (space, id) WHERE decision = 'waiting';
CREATE INDEX proposal_approved ON proposal (id) WHERE decision = 'approved' AND NOT exported;
CREATE INDEX proposal_by ON proposal (by) WHERE by IS NOT NULL;

-- What adapters keep for themselves between runs.
CREATE TABLE memory (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

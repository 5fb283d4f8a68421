-- The index of the library: what its files hold, made to be read quickly and brought up to date file by file.
-- The files are the truth. Only `lineage` remembers more than they say: which texts were ever seen.

CREATE TABLE library_file (
    path TEXT PRIMARY KEY,  -- relative to the library, with forward slashes
    shown TEXT NOT NULL,  -- as people are told it
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode TEXT NOT NULL,  -- decimal digits: some file systems use more than 63 bits
    troubled INTEGER NOT NULL CHECK (troubled IN (0, 1)),  -- has a problem, so it is to be read again
    read_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every text that was ever in use, and whose it is. A lineage is given the number that comes next here, and every new
-- lineage comes with a new text: so no lineage is given twice.
CREATE TABLE lineage (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    lineage INTEGER NOT NULL
) STRICT;

-- Narrow, since all of it is read at every start; what is read seed by seed is in seed_text.
-- A seed whose file is gone stays with `present` 0: posts name it, and it may come back.
CREATE TABLE seed (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    lineage INTEGER NOT NULL,
    path TEXT NOT NULL,
    place INTEGER NOT NULL,  -- in its file, from 0
    line INTEGER NOT NULL,
    present INTEGER NOT NULL CHECK (present IN (0, 1)),
    fingerprint TEXT NOT NULL,
    digest BLOB NOT NULL,  -- of everything the file says of the seed: tells whether it changed
    title TEXT,
    opening TEXT,  -- the first words, where there is no title
    author TEXT,
    source_title TEXT,
    source_url TEXT,
    published TEXT,
    topics TEXT NOT NULL  -- JSON list
) STRICT;

CREATE INDEX seed_order ON seed (path, place) WHERE present;
CREATE INDEX seed_fingerprint ON seed (fingerprint) WHERE present;

CREATE TABLE seed_text (
    number INTEGER PRIMARY KEY REFERENCES seed (number),
    text TEXT NOT NULL,
    prompts TEXT NOT NULL,  -- JSON list of [text, family, stem]
    series TEXT,
    part INTEGER,
    indexed TEXT  -- JSON list: topics, title, origin and text as cut for the index, where that is not what they are
) STRICT;

-- Topics and titles as they compare (bot/search/text.py), for topics that name them exactly.
CREATE TABLE seed_name (
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, number)
) STRICT, WITHOUT ROWID;

-- What is wrong with a file, or was changed in it on the way in.
CREATE TABLE remark (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    problem INTEGER NOT NULL CHECK (problem IN (0, 1)),  -- keeps something out; else a notice
    shown TEXT NOT NULL,
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    what TEXT NOT NULL,
    remedy TEXT NOT NULL
) STRICT;

CREATE INDEX remark_path ON remark (path, line);

-- What the full-text index is made of. A JSON list of topics falls into the same words as the topics do.
CREATE VIEW seed_words (number, topics, title, origin, body) AS
SELECT
    number,
    coalesce(indexed ->> 0, topics),
    coalesce(indexed ->> 1, title),
    coalesce(indexed ->> 2, author || ' ' || source_title, author, source_title),
    coalesce(indexed ->> 3, text)
FROM seed JOIN seed_text USING (number)
WHERE present;

-- Kept in step by bot/storage/intake.py and not by triggers: an old text leaves the index in one statement for all
-- seeds of an update, before any of their rows changes.
-- Marks stay inside words (Mn, Mc), or Hindi would fall to pieces; accents are dropped; English endings are cut.
CREATE VIRTUAL TABLE seed_index USING fts5 (
    topics, title, origin, body,
    content = 'seed_words', content_rowid = 'number',
    tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

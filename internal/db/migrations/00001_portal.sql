-- +goose Up

-- What changed, one row a transaction (package changes). keys: one a line.
CREATE TABLE change (
    seq  {{.serial}},
    at   BIGINT NOT NULL,
    keys TEXT NOT NULL
);

-- The working copy (package content). Readers' code never sees these tables.
CREATE TABLE story (
    id        TEXT NOT NULL PRIMARY KEY,
    state     TEXT NOT NULL,
    version   BIGINT NOT NULL,
    section   TEXT NOT NULL,
    headline  TEXT NOT NULL,
    due       BIGINT,           -- when it must be published by itself
    approved  BIGINT,           -- the version that is published then
    published BIGINT,           -- first publication
    created   BIGINT NOT NULL,
    updated   BIGINT NOT NULL
);
CREATE INDEX story_due ON story (due) WHERE due IS NOT NULL;

CREATE TABLE revision (
    story   TEXT NOT NULL,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    who     TEXT NOT NULL,
    note    TEXT NOT NULL,
    data    {{.blob}} NOT NULL,   -- the whole story, compressed JSON
    PRIMARY KEY (story, version)
) {{.norowid}};

-- The published view: what readers may see, and nothing else.
CREATE TABLE pub_story (
    id        TEXT NOT NULL PRIMARY KEY,
    status    INTEGER NOT NULL,   -- 1 live, 2 taken down, 3 killed
    revision  BIGINT NOT NULL,
    section   TEXT NOT NULL,
    slug      TEXT NOT NULL,
    language  TEXT NOT NULL,
    at        BIGINT NOT NULL,    -- first publication: the place in every list
    modified  BIGINT NOT NULL,
    headline  TEXT NOT NULL,      -- of the story, for sitemaps: the card is long
    lists     TEXT NOT NULL,      -- where it stands: list@position, one a line
    card      TEXT NOT NULL       -- live: the card; removed: the tombstone
);
CREATE TABLE pub_body (
    id   TEXT NOT NULL PRIMARY KEY,
    data {{.blob}} NOT NULL       -- the snapshot, compressed JSON
);
CREATE TABLE pub_list (
    list  TEXT NOT NULL,
    at    BIGINT NOT NULL,
    story TEXT NOT NULL,
    PRIMARY KEY (list, at, story)
) {{.norowid}};
CREATE TABLE pub_count (
    list TEXT NOT NULL,
    day  INTEGER NOT NULL,        -- yyyymmdd in the newsroom's zone
    n    INTEGER NOT NULL,
    PRIMARY KEY (list, day)
) {{.norowid}};
CREATE TABLE pub_media (
    media TEXT NOT NULL,
    story TEXT NOT NULL,
    PRIMARY KEY (media, story)
) {{.norowid}};
CREATE TABLE pub_fact (
    kind TEXT NOT NULL,           -- site, maintenance, front, topic, author, weather
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);
CREATE TABLE pub_path (
    path  TEXT NOT NULL PRIMARY KEY, -- an address from before, for good
    story TEXT NOT NULL
);

-- Pictures, video and sound that the newsroom has.
CREATE TABLE media (
    id      TEXT NOT NULL PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    data    TEXT NOT NULL          -- JSON
);

-- Wire copy (package wire): every message as received, every item by its guid.
CREATE TABLE wire_message (
    hash    TEXT NOT NULL PRIMARY KEY, -- of the bytes: the same message twice is one
    at      BIGINT NOT NULL,
    source  TEXT NOT NULL,
    format  TEXT NOT NULL,
    data    {{.blob}} NOT NULL
);
CREATE TABLE wire_item (
    guid      TEXT NOT NULL PRIMARY KEY,
    version   TEXT NOT NULL,       -- of the newest that arrived
    created   BIGINT NOT NULL,     -- versionCreated of the newest, microseconds; 0: it has no date that can be right
    status    TEXT NOT NULL,       -- of the newest: usable, withheld; canceled stays
    provider  TEXT NOT NULL,
    headline  TEXT NOT NULL,
    at        BIGINT NOT NULL,     -- when the newest arrived
    message   TEXT NOT NULL,
    story     TEXT,                -- the story made of it
    made      TEXT NOT NULL        -- digest of that story's text as the wire made it: another one was edited here
);
CREATE INDEX wire_item_at ON wire_item (at);
CREATE TABLE wire_version (
    guid    TEXT NOT NULL,
    version TEXT NOT NULL,
    created BIGINT NOT NULL,
    digest  TEXT NOT NULL,         -- of the item
    status  TEXT NOT NULL,
    at      BIGINT NOT NULL,
    message TEXT NOT NULL,
    item    {{.blob}} NOT NULL,    -- ninjs, compressed
    PRIMARY KEY (guid, version, created, digest)
) {{.norowid}};

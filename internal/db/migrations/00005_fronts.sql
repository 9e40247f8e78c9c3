-- +goose Up

-- Fronts as they were launched (package published/publish): with the cards whose stories are not live yet. What readers'
-- pages are made from is the fact, which has only what is live.
CREATE TABLE front_live (
    name TEXT NOT NULL PRIMARY KEY,    -- en/home, en/r/calgary
    data TEXT NOT NULL                 -- JSON
);
CREATE TABLE front_story (
    story TEXT NOT NULL,
    name  TEXT NOT NULL,
    PRIMARY KEY (story, name)
) {{.norowid}};
CREATE INDEX front_story_name ON front_story (name);

-- Fronts as they are being arranged (package front).
CREATE TABLE front_draft (
    name    TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,           -- grows with every deed
    data    TEXT NOT NULL,             -- JSON: the front, and the cards that fell off it
    due     BIGINT NOT NULL,           -- when it is launched by itself; 0: never
    who     TEXT NOT NULL,             -- who scheduled that: an account's id and name
    person  TEXT NOT NULL
);
CREATE TABLE front_op (
    name    TEXT NOT NULL,
    version BIGINT NOT NULL,           -- of the draft after it
    at      BIGINT NOT NULL,
    who     TEXT NOT NULL,
    person  TEXT NOT NULL,
    touched TEXT NOT NULL,             -- cards and containers, one a line
    data    TEXT NOT NULL,             -- JSON: the deed
    undo    TEXT NOT NULL,             -- JSON: what takes it back; empty: it cannot be taken back, or was
    PRIMARY KEY (name, version)
) {{.norowid}};
CREATE INDEX front_op_at ON front_op (at);
CREATE TABLE front_launch (
    seq        {{.serial}},
    name       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    who        TEXT NOT NULL,
    person     TEXT NOT NULL,
    containers TEXT NOT NULL,          -- that changed for readers, one a line
    waiting    TEXT NOT NULL,          -- stories that were not live then, one a line
    before     TEXT NOT NULL,          -- JSON of what was launched before; empty: by rule
    data       TEXT NOT NULL,          -- JSON of what was launched
    undone     BIGINT NOT NULL         -- when it was taken back; 0: it was not
);
CREATE INDEX front_launch_name ON front_launch (name, seq);

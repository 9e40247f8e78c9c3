-- +goose Up

-- How often stories were read (package reads). Nothing here is about who read.
CREATE TABLE read_count (
    story TEXT NOT NULL,
    at    BIGINT NOT NULL,             -- start of five minutes, Unix seconds; kept for 48 hours
    n     BIGINT NOT NULL,
    PRIMARY KEY (story, at)
) {{.norowid}};
CREATE INDEX read_count_at ON read_count (at);
CREATE TABLE read_day (
    story TEXT NOT NULL,
    day   BIGINT NOT NULL,             -- days since January 1, 1970, UTC: what the five minutes of before came to
    n     BIGINT NOT NULL,
    PRIMARY KEY (story, day)
) {{.norowid}};
-- When the next ranking may be made (package reads/ranking): the node that moves the moment on makes it.
CREATE TABLE read_turn (
    id  INTEGER NOT NULL PRIMARY KEY,  -- 1: there is one row
    due BIGINT NOT NULL                -- Unix microseconds
);
INSERT INTO read_turn (id, due) VALUES (1, 0);

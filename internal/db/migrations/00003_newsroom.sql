-- +goose Up

-- Who works here (package identity). Secrets that must be read again are sealed with the portal's key, which is
-- not in the database; all others are kept as hashes.
CREATE TABLE account (
    id       TEXT NOT NULL PRIMARY KEY,
    email    TEXT NOT NULL UNIQUE,     -- lower case
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,            -- reporter, editor, publisher, admin
    sections TEXT NOT NULL,            -- slugs, one a line; empty: all
    language TEXT NOT NULL,            -- of the newsroom's screens; empty: the site's first
    state    TEXT NOT NULL,            -- invited, active, suspended
    password TEXT NOT NULL,            -- Argon2id; empty: none
    totp     TEXT NOT NULL,            -- sealed; empty: none that has worked once
    prefs    TEXT NOT NULL,            -- JSON: what the person chose of the screens
    created  BIGINT NOT NULL,
    seen     BIGINT NOT NULL
);
CREATE TABLE passkey (
    id      TEXT NOT NULL PRIMARY KEY, -- the credential's, base64url
    account TEXT NOT NULL,
    name    TEXT NOT NULL,
    data    TEXT NOT NULL,             -- JSON of the credential: public key and counter
    created BIGINT NOT NULL,
    used    BIGINT NOT NULL
);
CREATE INDEX passkey_account ON passkey (account);
CREATE TABLE recovery (
    account TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (account, hash)
);
CREATE TABLE session (
    hash    TEXT NOT NULL PRIMARY KEY, -- of the cookie's secret
    id      TEXT NOT NULL UNIQUE,      -- what lists show and revoke
    account TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    fresh   BIGINT NOT NULL,           -- when the person last proved who they are
    address TEXT NOT NULL,
    agent   TEXT NOT NULL
);
CREATE INDEX session_account ON session (account);
-- Secrets that are good once: setup, invitation, sign-in link, password reset, a ceremony under way.
CREATE TABLE ticket (
    hash    TEXT NOT NULL PRIMARY KEY,
    kind    TEXT NOT NULL,
    account TEXT NOT NULL,
    data    TEXT NOT NULL,
    expires BIGINT NOT NULL
);
-- Failed attempts per account and per address.
CREATE TABLE attempt (
    name   TEXT NOT NULL PRIMARY KEY,
    n      BIGINT NOT NULL,
    until  BIGINT NOT NULL             -- when it is forgotten
);
CREATE TABLE token (
    id       TEXT NOT NULL PRIMARY KEY,
    hash     TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    sections TEXT NOT NULL,
    account  TEXT NOT NULL,            -- who made it
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    used     BIGINT NOT NULL,
    revoked  BIGINT NOT NULL
);

-- What was done, by whom, for good (package audit).
CREATE TABLE audit (
    seq     {{.serial}},
    at      BIGINT NOT NULL,
    who     TEXT NOT NULL,             -- an account, a token, or a part of the program
    what    TEXT NOT NULL,             -- story.publish, sign-in, settings.site, …
    target  TEXT NOT NULL,
    detail  TEXT NOT NULL,             -- JSON
    address TEXT NOT NULL
);
CREATE INDEX audit_target ON audit (target, seq);
CREATE INDEX audit_who ON audit (who, seq);

-- Work that is done later (package jobs).
CREATE TABLE job (
    id    {{.serial}},
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,               -- the same kind and name waits once
    data  TEXT NOT NULL,               -- JSON
    due   BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    state TEXT NOT NULL,               -- waiting, failed (given up)
    lease TEXT NOT NULL,               -- who works on it until due
    error TEXT NOT NULL,
    added BIGINT NOT NULL,
    UNIQUE (kind, name)
);
CREATE INDEX job_due ON job (state, due);

-- Settings that readers' pages do not show (package settings). Secrets within are sealed.
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL,
    at   BIGINT NOT NULL,
    who  TEXT NOT NULL
);

-- Those who are told what happens (package webhook).
CREATE TABLE webhook (
    id      TEXT NOT NULL PRIMARY KEY,
    url     TEXT NOT NULL,
    events  TEXT NOT NULL,             -- one a line; empty: all
    secret  TEXT NOT NULL,             -- sealed
    state   TEXT NOT NULL,             -- on, off
    created BIGINT NOT NULL,
    who     TEXT NOT NULL
);
CREATE TABLE delivery (
    id      TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL,
    event   TEXT NOT NULL,
    body    TEXT NOT NULL,
    created BIGINT NOT NULL,
    tries   BIGINT NOT NULL,
    state   TEXT NOT NULL,             -- waiting, delivered, failed
    code    BIGINT NOT NULL,           -- HTTP status of the last try
    error   TEXT NOT NULL,
    at      BIGINT NOT NULL            -- of the last try
);
CREATE INDEX delivery_webhook ON delivery (webhook, created);

-- The newsroom's side of a story (package content).
ALTER TABLE story ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE story ADD COLUMN slug TEXT NOT NULL DEFAULT '';
ALTER TABLE story ADD COLUMN author TEXT NOT NULL DEFAULT '';      -- who created it
ALTER TABLE story ADD COLUMN assignee TEXT NOT NULL DEFAULT '';    -- who works on it
ALTER TABLE story ADD COLUMN words BIGINT NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN picture BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE story ADD COLUMN places TEXT NOT NULL DEFAULT '';      -- region slugs, one a line
ALTER TABLE story ADD COLUMN out BIGINT NOT NULL DEFAULT 0;        -- live: the version that readers have
ALTER TABLE story ADD COLUMN spiked BIGINT NOT NULL DEFAULT 0;     -- when; it goes after 30 days
ALTER TABLE story ADD COLUMN guard TEXT NOT NULL DEFAULT '';       -- JSON: embargo, legal hold, …; empty: none
ALTER TABLE story ADD COLUMN pardon TEXT NOT NULL DEFAULT '';      -- waits: what spoke against it when it was approved, one a line
ALTER TABLE story ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE story SET out = version WHERE state = 'live';
UPDATE story SET language = COALESCE((SELECT p.language FROM pub_story p WHERE p.id = story.id), ''),
    slug = COALESCE((SELECT p.slug FROM pub_story p WHERE p.id = story.id), '');
CREATE INDEX story_updated ON story (updated);
CREATE INDEX story_state ON story (state, updated);
CREATE INDEX story_section ON story (section, updated);
CREATE INDEX story_assignee ON story (assignee, updated);
CREATE INDEX story_author ON story (author, updated);
CREATE INDEX story_kind ON story (kind, updated);
CREATE INDEX story_language ON story (language, updated);
CREATE INDEX story_published ON story (published);
CREATE INDEX story_changed ON story (updated) WHERE out > 0 AND out <> version;
{{if .postgres}}
-- Lists are sorted by it, and pages of several states are merged: bytes, as everywhere else.
ALTER TABLE story ALTER COLUMN headline TYPE TEXT COLLATE "C";
{{end}}
CREATE INDEX wire_item_story ON wire_item (story);
CREATE INDEX wire_item_pulled ON wire_item (at) WHERE status <> 'usable';
ALTER TABLE revision ADD COLUMN auto BOOLEAN NOT NULL DEFAULT FALSE; -- saved while typing: a later one may take its place

-- What undoing a publication brings back, until then.
CREATE TABLE undo (
    story TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL,
    data  {{.blob}} NOT NULL           -- compressed JSON
);

-- Which tab has a story open for writing.
CREATE TABLE hold (
    story   TEXT NOT NULL PRIMARY KEY,
    tab     TEXT NOT NULL,
    account TEXT NOT NULL,
    at      BIGINT NOT NULL,           -- last sign of life
    wanted  TEXT NOT NULL              -- JSON: who asks for it
);
CREATE TABLE note (
    id       TEXT NOT NULL PRIMARY KEY,
    story    TEXT NOT NULL,
    parent   TEXT NOT NULL,            -- the note it answers
    block    TEXT NOT NULL,            -- words of the block it is about
    who      TEXT NOT NULL,
    at       BIGINT NOT NULL,
    text     TEXT NOT NULL,
    resolved BIGINT NOT NULL,
    resolver TEXT NOT NULL
);
CREATE INDEX note_story ON note (story, at);
CREATE TABLE mention (
    account TEXT NOT NULL,
    note    TEXT NOT NULL,
    story   TEXT NOT NULL,
    at      BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (account, note)
);
-- Links that show an unpublished page to whoever has them.
CREATE TABLE share (
    id      TEXT NOT NULL PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    story   TEXT NOT NULL,
    who     TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);
CREATE INDEX share_story ON share (story);
-- Where a removed story was taken away, told to the person who did it.
CREATE TABLE receipt (
    story TEXT NOT NULL,
    at    BIGINT NOT NULL,
    act   TEXT NOT NULL,               -- take-down, kill
    who   TEXT NOT NULL,
    data  TEXT NOT NULL,               -- JSON: one entry for each surface
    PRIMARY KEY (story, at, act)
);
CREATE TABLE saved_view (
    id      TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    name    TEXT NOT NULL,
    query   TEXT NOT NULL,
    shared  BOOLEAN NOT NULL,
    created BIGINT NOT NULL
);

-- Answers of the staff API that a repeated request gets again.
CREATE TABLE answer (
    caller TEXT NOT NULL,
    key    TEXT NOT NULL,
    digest TEXT NOT NULL,              -- of the request
    status BIGINT NOT NULL,
    body   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX answer_at ON answer (at);

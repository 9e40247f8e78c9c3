-- +goose Up

-- The library (package media). What readers get of a medium and what the newsroom says of it is JSON in data; the
-- columns beside it are what lists ask for.
ALTER TABLE media ADD COLUMN kind TEXT NOT NULL DEFAULT 'photo';   -- photo, video, audio
ALTER TABLE media ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE media ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN who TEXT NOT NULL DEFAULT '';         -- who brought it: an account, or a part of the program
ALTER TABLE media ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';  -- making, ready, failed
ALTER TABLE media ADD COLUMN shape TEXT NOT NULL DEFAULT '';       -- landscape, portrait, square
ALTER TABLE media ADD COLUMN credited BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE media ADD COLUMN category TEXT NOT NULL DEFAULT '';    -- of the rights
ALTER TABLE media ADD COLUMN cost TEXT NOT NULL DEFAULT '';        -- free, conditional, pay, no
ALTER TABLE media ADD COLUMN ends BIGINT;                          -- when a permission ends or a ban begins
ALTER TABLE media ADD COLUMN likeness BIGINT NOT NULL DEFAULT 0;   -- 64 bits that look-alikes share most of
{{if .sqlite}}
UPDATE media SET updated = created, kind = json_extract(data, '$.media.kind'), credited = COALESCE(json_extract(data, '$.media.credit'), '') <> '';
{{else}}
UPDATE media SET updated = created, kind = data::jsonb->'media'->>'kind', credited = COALESCE(data::jsonb->'media'->>'credit', '') <> '';
{{end}}
CREATE INDEX media_created ON media (created, id);
CREATE INDEX media_ends ON media (ends) WHERE ends IS NOT NULL;

-- Every file of every medium, by the name in its address.
CREATE TABLE media_file (
    media TEXT NOT NULL,
    name  TEXT NOT NULL,
    type  TEXT NOT NULL,           -- MIME
    hash  TEXT NOT NULL,           -- of the blob
    size  BIGINT NOT NULL,
    staff BOOLEAN NOT NULL,        -- an original: it may hold what readers must not get
    PRIMARY KEY (media, name)
) {{.norowid}};
CREATE INDEX media_file_hash ON media_file (hash);
{{if .sqlite}}
INSERT INTO media_file (media, name, type, hash, size, staff)
    SELECT m.id, json_extract(f.value, '$.name'), json_extract(f.value, '$.type'), json_extract(f.value, '$.hash'), json_extract(f.value, '$.size'), FALSE
    FROM media m, json_each(m.data, '$.files') f WHERE TRUE ON CONFLICT DO NOTHING;
{{else}}
INSERT INTO media_file (media, name, type, hash, size, staff)
    SELECT m.id, f->>'name', f->>'type', f->>'hash', (f->>'size')::BIGINT, FALSE
    FROM media m, jsonb_array_elements(m.data::jsonb->'files') f ON CONFLICT DO NOTHING;
{{end}}

-- Every file that was stored, and when it last was stored or let go. What no medium has any more is removed a day after that, and nothing else is: a
-- folder that another database fills, or an empty database beside a full folder, loses nothing.
CREATE TABLE media_blob (
    hash TEXT PRIMARY KEY,
    at   BIGINT NOT NULL
) {{.norowid}};
INSERT INTO media_blob (hash, at) SELECT DISTINCT hash, 0 FROM media_file;

-- The words by which a medium is found, folded: word for all of them, field:word for those of one field.
CREATE TABLE media_word (
    word  TEXT {{if .postgres}}COLLATE "C" {{end}}NOT NULL,
    media TEXT NOT NULL,
    PRIMARY KEY (word, media)
) {{.norowid}};
CREATE INDEX media_word_media ON media_word (media);

-- Eight parts of each likeness: what differs in seven bits shares one.
CREATE TABLE media_like (
    part  INTEGER NOT NULL,        -- number of the part times 256, plus its byte
    media TEXT NOT NULL,
    PRIMARY KEY (part, media)
) {{.norowid}};
CREATE INDEX media_like_media ON media_like (media);

-- What the newsroom said of a medium, version by version.
CREATE TABLE media_version (
    media   TEXT NOT NULL,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    who     TEXT NOT NULL,
    data    TEXT NOT NULL,         -- JSON: facts, rights, focal point
    PRIMARY KEY (media, version)
) {{.norowid}};

-- Who uses a medium: the newest version of a story, by its id, or a front as front/{name}.
CREATE TABLE media_use (
    media TEXT NOT NULL,
    owner TEXT NOT NULL,
    alt   TEXT NOT NULL,           -- the alternative text it has there
    at    BIGINT NOT NULL,
    PRIMARY KEY (media, owner)
) {{.norowid}};
CREATE INDEX media_use_owner ON media_use (owner);
INSERT INTO media_use (media, owner, alt, at) SELECT media, story, '', 0 FROM pub_media;

-- What is there already gets its words, and drafts are asked what they use, by a job: this file cannot read either.
INSERT INTO job (kind, name, data, due, tries, state, lease, error, added)
    SELECT 'index', 'library', 'null', 0, 0, 'waiting', '', '', MAX(created) FROM media HAVING COUNT(*) > 0;

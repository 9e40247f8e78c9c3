-- +goose Up

-- The readers' search (package search), written with the published view.
-- doc is the story's place in time, so that the newest matches are those with the highest numbers: the second of
-- the first publication times 1024, plus a serial number within that second.
CREATE TABLE search_doc (
    doc    {{if .sqlite}}INTEGER{{else}}BIGINT{{end}} NOT NULL PRIMARY KEY,
    story  TEXT NOT NULL UNIQUE,
    at     BIGINT NOT NULL,
    -- section|kind|year|region,region
    facets TEXT NOT NULL{{if .postgres}},
    head   TSVECTOR NOT NULL,     -- the words of the headline
    lede   TSVECTOR NOT NULL,     -- and of standfirst, people and topics
    words  TSVECTOR NOT NULL      -- and all others, with the tags
    {{end}}
);
{{if .sqlite}}
-- The words come as stems made by the program: the tokenizer only has to part them at the spaces. The body is
-- the first column because that is the cheapest one to store a position in.
CREATE VIRTUAL TABLE search_text USING fts5 (
    body, lede, head, tags,
    content = '', contentless_delete = 1, tokenize = 'ascii tokenchars ''_'''
);
-- Bytes held in memory before they are written out within a transaction; the default of 1 MiB is a hundred stories.
INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 8388608);
{{else}}
-- Not compressed: unpacking would be most of the work of a search for a frequent word.
ALTER TABLE search_doc ALTER COLUMN words SET STORAGE EXTERNAL;
-- Without fastupdate: the list of pending entries that it keeps is read from end to end by every search.
CREATE INDEX search_doc_head ON search_doc USING gin (head) WITH (fastupdate = off);
CREATE INDEX search_doc_lede ON search_doc USING gin (lede) WITH (fastupdate = off);
CREATE INDEX search_doc_words ON search_doc USING gin (words) WITH (fastupdate = off);

-- The newest matches of a search expression that also match narrow in a part (head, lede or none). The statement is
-- planned anew each time: a plan that is kept cannot know whether a word is in half of all stories (follow doc
-- downwards) or in three (ask the index of words).
-- +goose StatementBegin
CREATE FUNCTION search_match(expression TSQUERY, lowest BIGINT, above BIGINT, part TEXT, narrow TSQUERY, n BIGINT, skip BIGINT)
RETURNS TABLE (doc BIGINT, facets TEXT) LANGUAGE plpgsql STABLE AS $body$
BEGIN
    RETURN QUERY EXECUTE 'SELECT d.doc, d.facets FROM search_doc d WHERE '
        || CASE part WHEN 'head' THEN 'd.head @@ $4 AND ' WHEN 'lede' THEN 'd.lede @@ $4 AND ' ELSE '' END
        || 'd.words @@ $1 AND d.doc >= $2 AND d.doc < $3 ORDER BY d.doc DESC LIMIT $5 OFFSET $6'
        USING expression, lowest, above, narrow, n, skip;
END
$body$;
-- +goose StatementEnd
{{end}}
-- Every word that a headline ever had, to guess what a reader meant to type.
CREATE TABLE search_word (
    language TEXT NOT NULL,
    word     TEXT {{if .postgres}}COLLATE "C" {{end}}NOT NULL, -- folded
    shown    TEXT NOT NULL,       -- with its accents, lower case
    PRIMARY KEY (language, word)
) {{.norowid}};

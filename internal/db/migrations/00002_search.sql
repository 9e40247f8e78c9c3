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
{{else}}
CREATE INDEX search_doc_head ON search_doc USING gin (head);
CREATE INDEX search_doc_lede ON search_doc USING gin (lede);
CREATE INDEX search_doc_words ON search_doc USING gin (words);
{{end}}
-- Every word that a headline ever had, to guess what a reader meant to type.
CREATE TABLE search_word (
    language TEXT NOT NULL,
    word     TEXT {{if .postgres}}COLLATE "C" {{end}}NOT NULL, -- folded
    shown    TEXT NOT NULL,       -- with its accents, lower case
    PRIMARY KEY (language, word)
) {{.norowid}};

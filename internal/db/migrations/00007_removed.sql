-- +goose Up

-- When a medium was taken out of the library (package media); 0: it is there. It can be brought back for thirty days.
ALTER TABLE media ADD COLUMN removed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX media_removed ON media (removed) WHERE removed > 0;

-- Whether a picture has no alternative text where it is used, though it needs one there.
ALTER TABLE media_use ADD COLUMN lacks BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE media_use SET lacks = TRUE WHERE alt = '' AND at > 0 AND media IN (SELECT id FROM media WHERE kind = 'photo'
{{if .sqlite}}    AND COALESCE(json_extract(data, '$.media.alt'), '') = ''{{else}}    AND COALESCE(data::jsonb->'media'->>'alt', '') = ''{{end}});
CREATE INDEX media_use_lacks ON media_use (media) WHERE lacks;

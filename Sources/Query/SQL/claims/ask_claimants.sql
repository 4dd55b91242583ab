-- Whose references may mean :image, one row for each, with the reasons; a holder that stands nowhere is lost,
-- and wanted itself. Of more than :most wants the first are looked at, the most telling of them first.
WITH wanted (kind, key) AS (
  SELECT 'image', :image
  UNION ALL
  SELECT 'name', CAST(lower(CAST(place.name AS TEXT)) AS BLOB)
  FROM place_at AS place WHERE place.image = :image
  UNION ALL
  SELECT 'tail', CAST(lower(
    substr(directory.text, length(rtrim(directory.text, replace(directory.text, '/', ''))) + 1)
    || '/' || CAST(place.name AS TEXT)) AS BLOB)
  FROM place_at AS place
  JOIN (SELECT id, CAST(path AS TEXT) AS text FROM directory) AS directory
    ON directory.id = place.directory
  WHERE place.image = :image
  UNION ALL
  SELECT 'identity', mark.value
  FROM image_state_at AS state
  CROSS JOIN json_each(json_array(state.own_mark, state.own_uuid)) AS mark
  WHERE state.image = :image AND mark.value IS NOT NULL
  UNION ALL
  SELECT 'content', sample FROM image WHERE id = :image AND sample IS NOT NULL)
SELECT claim.holder, claim.ordinal, min(claim.from_scan) AS since,
  json_group_array(claim.why) AS reasons,
  claim.holder > 0 AND NOT EXISTS (
    SELECT 1 FROM place_at AS place WHERE place.image = claim.holder) AS is_lost
FROM (
  SELECT want.holder, want.ordinal, want.from_scan, want.why
  FROM wanted CROSS JOIN want_at AS want ON want.kind = wanted.kind AND want.key = +wanted.key
  WHERE want.holder <> :image
  LIMIT :most) AS claim
GROUP BY claim.holder, claim.ordinal
ORDER BY claim.holder, claim.ordinal;

-- A base that is another image than before says which it took the place of.
UPDATE finding SET cause = json_object(
  'kind', 'target-replaced',
  'evidence', 'image #' || json_extract(detail, '$.replaced') || ' was there until scan '
    || json_extract(detail, '$.until'),
  'image', json_extract(detail, '$.replaced'))
WHERE from_scan = :scan AND until_scan IS NULL AND kind = 'base-modified'
  AND json_extract(detail, '$.replaced') IS NOT NULL;

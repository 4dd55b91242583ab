-- An overlay that was set on another base by its header alone, until what it was made on is back.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-changed', verdict.holder, verdict.ordinal, json_object('was', foundation.image)
FROM temp.verdict JOIN foundation ON foundation.holder = verdict.holder
  AND foundation.ordinal = verdict.ordinal AND foundation.until_scan IS NULL
WHERE verdict.word = 'changed' OR (verdict.word = 'waits' AND EXISTS (
  SELECT 1 FROM finding
  WHERE finding.kind = 'backing-changed' AND finding.holder = verdict.holder
    AND finding.ordinal = verdict.ordinal AND finding.until_scan IS NULL));

-- One whose header names no base any more. What is made flat grows by what the base held; this one has less than that,
-- and the base did hold something.
INSERT OR IGNORE INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-changed', made.holder, made.ordinal, json_object('was', made.image, 'removed', 1)
FROM want CROSS JOIN foundation AS made ON made.holder = want.holder
  AND made.ordinal = want.ordinal AND made.image = want.key AND made.until_scan IS NULL
CROSS JOIN content ON content.id = made.content
CROSS JOIN file_state AS own ON own.image = made.holder AND own.until_scan IS NULL
WHERE want.kind = 'image' AND want.why = 'made-on' AND want.until_scan IS NULL
  AND content.ladder <> zeroblob(length(content.ladder))
  AND own.actual_size < (SELECT max(base.actual_size) FROM file_state AS base WHERE base.image = made.image)
  AND EXISTS (SELECT 1 FROM place WHERE place.image = made.holder AND place.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM link
    WHERE link.holder = made.holder AND link.ordinal = made.ordinal AND link.until_scan IS NULL);

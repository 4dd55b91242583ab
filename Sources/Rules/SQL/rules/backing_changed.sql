-- An overlay that was set on another base by its header alone, until what it was made on is back.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-changed', verdict.holder, verdict.ordinal, json_object('was', foundation.image)
FROM temp.verdict JOIN foundation ON foundation.holder = verdict.holder
  AND foundation.ordinal = verdict.ordinal AND foundation.until_scan IS NULL
WHERE verdict.word = 'changed' OR (verdict.word = 'waits' AND EXISTS (
  SELECT 1 FROM finding
  WHERE finding.kind = 'backing-changed' AND finding.holder = verdict.holder
    AND finding.ordinal = verdict.ordinal AND finding.until_scan IS NULL));

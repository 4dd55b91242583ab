-- Bases that hold something else than their overlays were made on, and overlays that were set on other bases:
-- what Foundations.swift found.

-- What an overlay stands on again needs no remembering.
DELETE FROM foundation
WHERE until_scan IS NULL AND from_scan = :scan AND (holder, ordinal) IN (
  SELECT holder, ordinal FROM temp.verdict WHERE word = 'same');
UPDATE foundation SET until_scan = :scan
WHERE until_scan IS NULL AND (holder, ordinal) IN (
  SELECT holder, ordinal FROM temp.verdict WHERE word = 'same');

UPDATE victim SET until_scan = :scan
WHERE until_scan IS NULL AND NOT EXISTS (
  SELECT 1 FROM temp.verdict
  WHERE verdict.holder = victim.holder AND verdict.ordinal = victim.ordinal
    AND (verdict.word = 'waits' OR (verdict.word = 'victim' AND verdict.base = victim.base)));
INSERT INTO victim (holder, ordinal, from_scan, base)
SELECT holder, ordinal, :scan, base FROM temp.verdict
WHERE word = 'victim' AND NOT EXISTS (
  SELECT 1 FROM victim
  WHERE victim.holder = verdict.holder AND victim.ordinal = verdict.ordinal
    AND victim.until_scan IS NULL);

-- The base is named once, by its number; the last scan that saw another there is the one before the
-- overlays' foundations were written.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'base-modified', victim.base, NULL, json_object(
  'replaced', min(iif(foundation.image <> victim.base, foundation.image, NULL)),
  'until', max(iif(foundation.image <> victim.base, foundation.from_scan - 1, NULL)))
FROM victim JOIN foundation ON foundation.holder = victim.holder
  AND foundation.ordinal = victim.ordinal AND foundation.until_scan IS NULL
WHERE victim.until_scan IS NULL
GROUP BY victim.base;

INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-changed', verdict.holder, verdict.ordinal, json_object('was', foundation.image)
FROM temp.verdict JOIN foundation ON foundation.holder = verdict.holder
  AND foundation.ordinal = verdict.ordinal AND foundation.until_scan IS NULL
WHERE verdict.word = 'changed' OR (verdict.word = 'waits' AND EXISTS (
  SELECT 1 FROM finding
  WHERE finding.kind = 'backing-changed' AND finding.holder = verdict.holder
    AND finding.ordinal = verdict.ordinal AND finding.until_scan IS NULL));

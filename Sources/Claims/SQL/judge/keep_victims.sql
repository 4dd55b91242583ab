-- Bases that hold something else than their overlays were made on, and overlays that were set on other bases:
-- what FoundationJudgement.swift found.

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
    AND (verdict.word = 'victim' AND verdict.base = victim.base
      -- Nothing is to be waited for of a base that is gone.
      OR verdict.word = 'waits' AND EXISTS (
        SELECT 1 FROM place WHERE place.image = victim.base AND place.until_scan IS NULL)));
INSERT INTO victim (holder, ordinal, from_scan, base)
SELECT holder, ordinal, :scan, base FROM temp.verdict
WHERE word = 'victim' AND NOT EXISTS (
  SELECT 1 FROM victim
  WHERE victim.holder = verdict.holder AND victim.ordinal = verdict.ordinal
    AND victim.until_scan IS NULL);

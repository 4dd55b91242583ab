-- The findings as they are now, against those that are open.

-- With the ordinal: one image may have as many findings of a kind as it has references.
CREATE INDEX temp.judged_by_holder ON judged (holder, kind, ordinal);

UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind NOT IN (SELECT kind FROM temp.rule WHERE scope = 'apart')
  AND (holder IN (SELECT holder FROM temp.touched)
    OR kind IN (SELECT kind FROM temp.rule WHERE scope = 'everything'))
  -- Of a chain whose links are as they were nothing was measured.
  AND (kind NOT IN (SELECT kind FROM temp.rule WHERE scope = 'chains')
    OR holder IN (SELECT image FROM temp.chain_affected)
    OR holder IN (SELECT image FROM temp.vanished))
  AND NOT EXISTS (
    SELECT 1 FROM temp.judged
    WHERE judged.holder = finding.holder AND judged.kind = finding.kind
      AND judged.ordinal IS finding.ordinal);

-- A finding is about what the reference says: another text is another finding, with its own beginning.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND ordinal IS NOT NULL AND holder > 0 AND (holder, ordinal) IN (
  SELECT before.holder, before.ordinal
  FROM temp.seen CROSS JOIN reference AS before ON before.holder = seen.image
    AND before.until_scan = :scan
  CROSS JOIN reference AS now ON now.holder = before.holder AND now.ordinal = before.ordinal
    AND now.from_scan = :scan
  WHERE seen.is_first AND NOT seen.is_new AND now.stored <> before.stored);
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND ordinal IS NOT NULL AND holder < 0 AND (holder, ordinal) IN (
  SELECT before.holder, before.ordinal
  FROM temp.changed_domain CROSS JOIN reference AS before ON before.holder = changed_domain.domain
    AND before.until_scan = :scan
  CROSS JOIN reference AS now ON now.holder = before.holder AND now.ordinal = before.ordinal
    AND now.from_scan = :scan
  WHERE now.stored <> before.stored);

-- And one of a machine is about the image that it uses.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND ordinal IS NOT NULL AND holder < 0 AND (holder, ordinal) IN (
  SELECT before.holder, before.ordinal
  FROM temp.changed_link AS changed CROSS JOIN link AS before ON before.holder = changed.holder
    AND before.ordinal = changed.ordinal AND before.until_scan = :scan
  CROSS JOIN link AS now ON now.holder = before.holder AND now.ordinal = before.ordinal
    AND now.from_scan = :scan
  WHERE changed.holder < 0 AND now.target_image <> before.target_image);

-- Those of what was judged that are open already, to be looked for by all three.
DROP TABLE IF EXISTS temp.open_judged;
CREATE TEMP TABLE open_judged (holder INTEGER, kind TEXT, ordinal INTEGER);
INSERT INTO temp.open_judged
SELECT finding.holder, finding.kind, finding.ordinal
FROM (SELECT DISTINCT holder, kind FROM temp.judged) AS judged
CROSS JOIN finding ON finding.kind = judged.kind AND finding.holder = judged.holder
WHERE finding.until_scan IS NULL;
CREATE INDEX temp.open_judged_by_holder ON open_judged (holder, kind, ordinal);

INSERT INTO finding (id, kind, severity, holder, ordinal, from_scan, detail)
SELECT
  (SELECT max(coalesce((SELECT max(id) FROM finding), 0),
    coalesce((SELECT last FROM number WHERE kind = 'finding'), 0)))
    + row_number() OVER (ORDER BY judged.rowid),
  judged.kind, rule.severity, judged.holder, judged.ordinal, :scan,
  judged.detail
FROM temp.judged
JOIN temp.rule ON rule.kind = judged.kind
WHERE NOT EXISTS (
  SELECT 1 FROM temp.open_judged
  WHERE open_judged.holder = judged.holder AND open_judged.kind = judged.kind
    AND open_judged.ordinal IS judged.ordinal);

-- Rules that have not judged a pool in the version that they have now, or by the setting that they have
-- now: this scan judges all of the pool by them. is_new: others have, so that nobody can say that the pool
-- was in order before.
DROP TABLE IF EXISTS temp.stale_rule;
CREATE TEMP TABLE stale_rule (
  pool INTEGER, kind TEXT, is_new INTEGER, PRIMARY KEY (pool, kind)) WITHOUT ROWID;
INSERT INTO temp.stale_rule
SELECT judged_pool.pool, rule.kind,
  known.version IS NOT rule.version
    AND EXISTS (SELECT 1 FROM judged_rule WHERE judged_rule.pool = judged_pool.pool)
FROM temp.judged_pool JOIN temp.rule
LEFT JOIN judged_rule AS known ON known.pool = judged_pool.pool AND known.kind = rule.kind
WHERE known.version IS NOT rule.version OR known.setting IS NOT rule.setting;

-- Which rules have judged which pools now.
INSERT OR REPLACE INTO judged_rule (pool, kind, version, setting)
SELECT stale_rule.pool, rule.kind, rule.version, rule.setting
FROM temp.stale_rule JOIN temp.rule USING (kind);

-- Whose findings have to be judged again: images that are new, changed or gone, holders of changed
-- links, and those whose target shows another format now.

INSERT OR IGNORE INTO temp.touched (holder) SELECT image FROM temp.seen WHERE is_first;
INSERT OR IGNORE INTO temp.touched (holder) SELECT image FROM temp.vanished;
INSERT OR IGNORE INTO temp.touched (holder) SELECT holder FROM temp.changed_link;
INSERT OR IGNORE INTO temp.touched (holder)
SELECT image FROM temp.changed_state WHERE is_format;
INSERT OR IGNORE INTO temp.touched (holder)
SELECT link.holder FROM temp.changed_state CROSS JOIN link ON link.target_image = changed_state.image
WHERE changed_state.is_format AND link.until_scan IS NULL;
INSERT OR IGNORE INTO temp.touched (holder) SELECT holder FROM temp.deep_chain;

-- All of a pool that a newer rule has not judged.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT place.image
FROM (
  SELECT DISTINCT stale_rule.pool FROM temp.stale_rule JOIN temp.rule USING (kind)
  WHERE rule.scope = 'affected') AS stale
CROSS JOIN directory_state ON directory_state.pool = stale.pool
  AND directory_state.until_scan IS NULL
CROSS JOIN place ON place.directory = directory_state.directory AND place.until_scan IS NULL;
-- And what an older version has left open of an image that stands nowhere any more.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT finding.holder
FROM (SELECT DISTINCT kind FROM temp.stale_rule) AS stale
CROSS JOIN finding ON finding.kind = stale.kind AND finding.until_scan IS NULL
WHERE finding.holder > 0 AND NOT EXISTS (
  SELECT 1 FROM place WHERE place.image = finding.holder AND place.until_scan IS NULL);

-- What a domain uses, when the domain starts, stops or changes.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT link.target_image FROM temp.changed_domain CROSS JOIN link ON link.holder = changed_domain.domain
WHERE link.target_image IS NOT NULL AND (link.until_scan IS NULL OR link.until_scan = :scan);

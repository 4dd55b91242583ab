-- Which links of domains have to be judged again: those of references that were seen and are new,
-- or lead elsewhere than they did, as when a volume's pool has another directory.
INSERT OR REPLACE INTO temp.relink (holder, ordinal, is_backing, directory, name, state)
SELECT seen.domain, seen.ordinal, 0, seen.directory, seen.name, seen.state
FROM temp.seen_domain_reference AS seen
LEFT JOIN link ON link.holder = seen.domain AND link.ordinal = seen.ordinal
  AND link.until_scan IS NULL
WHERE link.holder IS NULL OR link.directory IS NOT seen.directory OR link.name IS NOT seen.name
  OR (seen.state IS NOT NULL AND link.state <> seen.state);

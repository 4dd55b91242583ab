-- Findings about whole chains, from the walk over those that changed.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-loop', holder, (
    SELECT min(ordinal) FROM link
    WHERE link.holder = deep_chain.holder AND link.is_backing AND link.until_scan IS NULL),
  NULL
FROM temp.deep_chain WHERE is_loop
UNION ALL
SELECT 'chain-too-deep', holder, NULL, json_object('allowed', :depth)
FROM temp.deep_chain WHERE NOT is_loop AND length > :depth;

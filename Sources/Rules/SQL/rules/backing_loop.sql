-- Members of a cycle, from the walk over the chains that changed.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-loop', holder, (
  SELECT min(ordinal) FROM link
  WHERE link.holder = deep_chain.holder AND link.is_backing AND link.until_scan IS NULL)
FROM temp.deep_chain WHERE is_loop;

-- Words about what is not known, findings that a word closed and a later scan did not, and what was settled and is
-- still told.

SELECT 'kept image ' || image FROM keep WHERE image NOT IN (SELECT id FROM image)
UNION ALL
SELECT 'acknowledged finding ' || finding FROM acknowledgement
WHERE finding NOT IN (SELECT id FROM finding)
UNION ALL
SELECT 'finding ' || finding || ', closed by a word' FROM lifted
WHERE finding NOT IN (SELECT id FROM finding)
  OR EXISTS (
    SELECT 1 FROM finding WHERE finding.id = lifted.finding AND finding.until_scan IS NULL
      AND lifted.scan < (SELECT max(id) FROM scan))
UNION ALL
SELECT 'settled finding ' || finding FROM settlement
WHERE until_scan IS NULL AND applied IS NULL AND from_scan < (SELECT max(id) FROM scan)
UNION ALL
SELECT 'settled link ' || ordinal || ' of image ' || holder FROM settled_link
WHERE finding NOT IN (SELECT finding FROM settlement)

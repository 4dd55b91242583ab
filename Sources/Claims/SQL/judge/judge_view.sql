-- What leads where nobody looked, although it may lead back from there: an image that no scanned pool
-- holds, or that could not be read, of a format that can name a base, and of which no XML says what
-- lies under it. As long as there is any, nothing can be called unused.
DROP TABLE IF EXISTS temp.gap;
CREATE TEMP TABLE gap AS
SELECT domain AS holder, ordinal FROM temp.domain_link
WHERE role IN ('disk', 'backing', 'snapshot') AND coalesce(type, 'file') <> 'dir'
  AND state IN ('outside-pools', 'unreadable', 'remote', 'unknown') AND NOT is_continued
  -- libvirt takes a disk without a format for raw.
  AND recorded_format IS NOT 'raw' AND (recorded_format IS NOT NULL OR level > 0)
  AND NOT EXISTS (
    SELECT 1 FROM temp.domain_link AS other
    WHERE other.directory = domain_link.directory AND other.name = domain_link.name
      AND other.is_continued)
UNION ALL
SELECT link.holder, link.ordinal
FROM (SELECT image FROM temp.reached UNION SELECT image FROM temp.kept_image) AS needed
CROSS JOIN link ON link.holder = needed.image
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL
WHERE link.until_scan IS NULL AND link.is_backing
  AND link.state IN ('outside-pools', 'unreadable', 'remote', 'unknown')
  AND coalesce(reference.recorded_format, reference.format_in_reference) IS NOT 'raw';

-- A pool that hosts may use whose machines nobody named hides any number of users. Without domains nothing but
-- that does.
UPDATE scan SET sees_users = NOT EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan)
  AND (NOT :known OR has_domains AND NOT EXISTS (SELECT 1 FROM temp.gap))
WHERE id = :scan;
UPDATE scan SET is_whole = :covered AND has_domains AND sees_users WHERE id = :scan;
-- Without domains an orphan is what once was used; of what is out of sight that cannot be said either.
UPDATE scan SET sees_orphans = CASE WHEN :known THEN is_whole ELSE :covered AND sees_users END
WHERE id = :scan;

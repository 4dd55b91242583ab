-- A domain's own writable disk on which overlays depend: whatever the guest writes spoils them.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'base-in-use', domain, min(ordinal) FROM temp.domain_link
WHERE is_current AND role = 'disk' AND level = 0 AND part = 'source' AND NOT is_read_only
  -- Asked of each image once, however many domains have it.
  AND image IN (
    SELECT used.image
    FROM (SELECT DISTINCT image FROM temp.domain_link WHERE image IS NOT NULL) AS used
    WHERE EXISTS (
      SELECT 1 FROM link
      WHERE link.target_image = used.image AND link.is_backing AND link.until_scan IS NULL))
GROUP BY domain, image;

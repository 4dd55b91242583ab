-- A domain's own writable disk on which overlays depend: whatever the guest writes spoils them.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'base-in-use', domain, min(ordinal) FROM temp.domain_link
WHERE is_current AND role = 'disk' AND level = 0 AND part = 'source' AND NOT is_read_only
  AND EXISTS (
    SELECT 1 FROM link
    WHERE link.target_image = domain_link.image AND link.is_backing AND link.until_scan IS NULL)
GROUP BY domain, image;

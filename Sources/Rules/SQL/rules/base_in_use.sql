-- A domain's own writable disk on which overlays depend: whatever the guest writes spoils them. It spoils those
-- as well that were made on it and do not lead to it now.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'base-in-use', domain_link.domain, min(domain_link.ordinal)
FROM (
  -- Asked of each image once, however many domains have it.
  SELECT image, EXISTS (
      SELECT 1 FROM link
      WHERE link.target_image = disk.image AND link.is_backing AND link.until_scan IS NULL
    ) AS is_certain, EXISTS (
      SELECT 1 FROM want
      WHERE want.kind = 'image' AND want.key = +disk.image AND want.why = 'made-on'
        AND want.until_scan IS NULL AND want.holder <> disk.image AND EXISTS (
          SELECT 1 FROM place WHERE place.image = want.holder AND place.until_scan IS NULL)
    ) AS is_wanted
  FROM (SELECT DISTINCT image FROM temp.domain_link WHERE image IS NOT NULL) AS disk
) AS used
CROSS JOIN temp.domain_link ON domain_link.image = used.image
WHERE (used.is_certain OR used.is_wanted)
  AND is_current AND role = 'disk' AND level = 0 AND part = 'source' AND NOT is_read_only
  AND NOT is_transient
GROUP BY domain_link.domain, domain_link.image;

-- From when to when :image had a finding of a kind: itself, by a domain that uses it, or, where it stands nowhere, by one
-- that misses it.
SELECT from_scan, until_scan, ordinal, last_good FROM finding
WHERE holder = :image AND kind = :kind AND from_scan <= (SELECT scan FROM temp.asof)
UNION
SELECT finding.from_scan, finding.until_scan, NULL, finding.last_good FROM link
CROSS JOIN finding ON finding.holder = link.holder AND finding.ordinal IS link.ordinal
WHERE link.target_image = :image AND link.holder < 0 AND finding.kind = :kind
  AND finding.from_scan <= (SELECT scan FROM temp.asof)
  AND link.from_scan < coalesce(finding.until_scan, link.from_scan + 1)
  AND coalesce(link.until_scan, finding.from_scan + 1) > finding.from_scan
UNION
SELECT finding.from_scan, finding.until_scan, NULL, finding.last_good FROM want
CROSS JOIN finding ON finding.holder = want.holder AND finding.ordinal IS want.ordinal
WHERE want.kind = 'image' AND want.key = :image AND want.why IN ('led-to', 'stood-there')
  AND want.holder < 0 AND finding.kind = :kind AND finding.from_scan <= (SELECT scan FROM temp.asof)
  AND want.from_scan < coalesce(finding.until_scan, want.from_scan + 1)
  AND coalesce(want.until_scan, finding.from_scan + 1) > finding.from_scan
  AND NOT EXISTS (
    SELECT 1 FROM place
    WHERE place.image = :image AND place.from_scan <= (SELECT scan FROM temp.asof)
      AND (place.until_scan IS NULL OR place.until_scan > (SELECT scan FROM temp.asof)))
ORDER BY from_scan

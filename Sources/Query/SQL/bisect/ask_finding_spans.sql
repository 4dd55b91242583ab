-- From when to when :image had a finding of a kind, itself or by a domain that uses it.
SELECT from_scan, until_scan, ordinal, last_good FROM finding
WHERE holder = :image AND kind = :kind AND from_scan <= (SELECT scan FROM temp.asof)
UNION
SELECT finding.from_scan, finding.until_scan, NULL, finding.last_good FROM link
CROSS JOIN finding ON finding.holder = link.holder AND finding.ordinal IS link.ordinal
WHERE link.target_image = :image AND link.holder < 0 AND finding.kind = :kind
  AND finding.from_scan <= (SELECT scan FROM temp.asof)
  AND link.from_scan < coalesce(finding.until_scan, link.from_scan + 1)
  AND coalesce(link.until_scan, finding.from_scan + 1) > finding.from_scan
ORDER BY from_scan

-- The last scan before a finding opened that saw it right, of those from :earliest on: it looked at the image, or
-- at every source of machines, and had no such finding; where that is about a link, it saw the link lead to an
-- image at which it looked too. Where there is none, nobody knows.

UPDATE finding SET last_good = (
  SELECT max(looked.scan) FROM temp.looked
  WHERE looked.image = finding.holder AND looked.scan < :scan AND looked.scan >= :earliest
    AND NOT EXISTS (
      SELECT 1 FROM finding AS other
      WHERE other.holder = finding.holder AND other.kind = finding.kind
        AND other.ordinal IS finding.ordinal AND other.from_scan <= looked.scan
        AND other.until_scan > looked.scan)
    AND (rule.is_about_link = 0 OR finding.ordinal IS NULL OR EXISTS (
      SELECT 1 FROM link
      WHERE link.holder = finding.holder AND link.ordinal = finding.ordinal AND link.state = 'ok'
        AND link.from_scan <= looked.scan
        AND (link.until_scan IS NULL OR link.until_scan > looked.scan)
        AND (link.target_image IS NULL OR EXISTS (
          SELECT 1 FROM temp.looked AS target
          WHERE target.image = link.target_image AND target.scan = looked.scan)))))
FROM temp.rule
WHERE rule.kind = finding.kind AND finding.from_scan = :scan
  -- Nobody asked before the rule was there.
  AND NOT EXISTS (
    SELECT 1 FROM temp.stale_rule WHERE stale_rule.kind = finding.kind AND stale_rule.is_new)
  AND finding.last_good IS NULL
  AND finding.holder > 0 AND finding.kind <> 'orphan'
  -- An image that is as old as its fault was never seen right.
  AND (SELECT first_scan FROM image WHERE id = finding.holder) < :scan
  AND (rule.is_about_link = 0 OR finding.ordinal IS NULL OR EXISTS (
    SELECT 1 FROM link
    WHERE link.holder = finding.holder AND link.ordinal = finding.ordinal AND link.state = 'ok'
      AND link.from_scan < :scan));

-- A machine's finding about an image that stands: the image was looked at, and so were all machines. The machine
-- need not have been there: what it does to the image now, nobody did then.
UPDATE finding SET last_good = (
  SELECT max(looked.scan) FROM temp.looked
  CROSS JOIN scan ON scan.id = looked.scan AND scan.has_domains
  WHERE looked.image = link.target_image AND looked.scan < :scan AND looked.scan >= :earliest
    AND NOT EXISTS (
      SELECT 1 FROM finding AS other
      WHERE other.holder = finding.holder AND other.kind = finding.kind
        AND other.from_scan <= looked.scan AND other.until_scan > looked.scan
        AND (other.ordinal IS finding.ordinal OR other.ordinal IN (
          SELECT former.ordinal FROM reference AS own
          JOIN reference AS former ON former.holder = own.holder AND former.role = own.role
            AND former.stored = own.stored
          WHERE own.holder = finding.holder AND own.ordinal = finding.ordinal
            AND own.until_scan IS NULL))))
FROM link
WHERE finding.from_scan = :scan AND finding.last_good IS NULL AND finding.holder < 0
  AND link.holder = finding.holder AND link.ordinal = finding.ordinal
  AND link.until_scan IS NULL AND link.target_image IS NOT NULL
  AND finding.kind NOT IN (SELECT kind FROM temp.stale_rule WHERE is_new);

-- Any other finding of a machine. One that was away has other numbers for its references. What is stored says which is which.
UPDATE finding SET last_good = (
  SELECT max(scan.id) FROM domain_state
  CROSS JOIN scan ON scan.id >= domain_state.from_scan
    AND scan.id < coalesce(domain_state.until_scan, :scan)
  WHERE domain_state.domain = finding.holder AND scan.has_domains
    AND scan.id < :scan AND scan.id >= :earliest
    AND NOT EXISTS (
      SELECT 1 FROM finding AS other
      WHERE other.holder = finding.holder AND other.kind = finding.kind
        AND other.from_scan <= scan.id AND other.until_scan > scan.id
        AND (other.ordinal IS finding.ordinal OR other.ordinal IN (
          SELECT former.ordinal FROM reference AS own
          JOIN reference AS former ON former.holder = own.holder AND former.role = own.role
            AND former.stored = own.stored
          WHERE own.holder = finding.holder AND own.ordinal = finding.ordinal
            AND own.until_scan IS NULL)))
    AND (rule.is_about_link = 0 OR finding.ordinal IS NULL OR EXISTS (
      SELECT 1 FROM reference AS own
      JOIN reference AS former ON former.holder = own.holder AND former.role = own.role
        AND former.stored = own.stored
      JOIN link ON link.holder = former.holder AND link.ordinal = former.ordinal
      WHERE own.holder = finding.holder AND own.ordinal = finding.ordinal
        AND own.until_scan IS NULL AND link.state = 'ok'
        AND link.from_scan <= scan.id AND (link.until_scan IS NULL OR link.until_scan > scan.id)
        AND (link.target_image IS NULL OR EXISTS (
          SELECT 1 FROM temp.looked AS target
          WHERE target.image = link.target_image AND target.scan = scan.id)))))
FROM temp.rule
WHERE rule.kind = finding.kind AND finding.from_scan = :scan
  -- Nobody asked before the rule was there.
  AND NOT EXISTS (
    SELECT 1 FROM temp.stale_rule WHERE stale_rule.kind = finding.kind AND stale_rule.is_new)
  AND finding.last_good IS NULL
  AND finding.holder < 0
  AND NOT EXISTS (
    SELECT 1 FROM link
    WHERE link.holder = finding.holder AND link.ordinal = finding.ordinal
      AND link.until_scan IS NULL AND link.target_image IS NOT NULL);

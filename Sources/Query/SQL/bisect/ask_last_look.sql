-- The last scan that can be asked for, before :first and from the scan :earliest on, that looked at :image; and, where
-- it is about its reference :ordinal, saw that lead to an image at which it looked too, as last_good.sql has it.
SELECT max(looked.scan) FROM temp.looked
CROSS JOIN scan ON scan.id = looked.scan AND NOT scan.is_forgotten
WHERE looked.image = :image AND looked.scan < :first AND looked.scan >= :earliest
  AND (:ordinal IS NULL OR EXISTS (
    SELECT 1 FROM link
    WHERE link.holder = :image AND link.ordinal = :ordinal AND link.state = 'ok'
      AND link.from_scan <= looked.scan
      AND (link.until_scan IS NULL OR link.until_scan > looked.scan)
      AND (link.target_image IS NULL OR EXISTS (
        SELECT 1 FROM temp.looked AS target
        WHERE target.image = link.target_image AND target.scan = looked.scan))))

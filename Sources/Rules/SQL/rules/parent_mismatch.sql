-- What the image records of its parent's state is not its parent's state. It may record two (VHDX), with
-- a space between them. Not where a person settled just these two.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'parent-mismatch', link.holder, link.ordinal, NULL
FROM temp.touched
CROSS JOIN link ON link.holder = touched.holder AND link.until_scan IS NULL
CROSS JOIN image_state AS own ON own.image = touched.holder AND own.until_scan IS NULL
CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE link.is_backing AND own.parent_mark IS NOT NULL AND target.own_mark IS NOT NULL
  AND instr(' ' || own.parent_mark || ' ', ' ' || target.own_mark || ' ') = 0
  AND NOT EXISTS (
    SELECT 1 FROM settlement
    WHERE settlement.holder = link.holder AND settlement.ordinal = link.ordinal
      AND settlement.kind = 'parent-mismatch' AND settlement.until_scan IS NULL
      AND settlement.state = json_array(own.parent_mark, target.own_mark));

-- Notes that a finding is settled, with what that rests on: the marks that differ, or the format that a disk had.
INSERT INTO settlement (finding, from_scan, who, said, reason, kind, holder, ordinal, state)
SELECT id, :scan, :who, :said, :reason, kind, holder, ordinal, CASE kind
  WHEN 'parent-mismatch' THEN (
    SELECT json_array(own.parent_mark, target.own_mark)
    FROM link
    CROSS JOIN image_state AS own ON own.image = link.holder AND own.until_scan IS NULL
    CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
    WHERE link.holder = finding.holder AND link.ordinal = finding.ordinal AND link.until_scan IS NULL)
  WHEN 'header-appeared' THEN (SELECT accepted_format FROM image WHERE image.id = finding.holder)
  WHEN 'header-vanished' THEN (SELECT accepted_format FROM image WHERE image.id = finding.holder) END
FROM finding WHERE id = :finding AND until_scan IS NULL;

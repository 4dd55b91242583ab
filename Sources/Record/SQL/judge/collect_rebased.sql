-- Overlays that were told to stand on another image and were written to tonight, while what they were made on stands
-- and is what it was.
SELECT made.holder, made.image
FROM foundation AS made
CROSS JOIN reference ON reference.holder = made.holder AND reference.ordinal = made.ordinal
  AND reference.until_scan IS NULL
CROSS JOIN link ON link.holder = made.holder AND link.ordinal = made.ordinal
  AND link.until_scan IS NULL
CROSS JOIN image AS was ON was.id = made.image
CROSS JOIN image AS target ON target.id = link.target_image
WHERE made.until_scan IS NULL
  AND made.holder IN (SELECT image FROM temp.seen WHERE is_readable)
  AND link.is_backing AND link.state = 'ok'
  AND reference.stored <> made.stored AND target.id <> was.id
  AND was.content = made.content AND target.content <> made.content
  AND was.id NOT IN (SELECT image FROM temp.unread_base)
  AND target.id NOT IN (SELECT image FROM temp.unread_base)

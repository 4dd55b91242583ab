-- Overlays of a database's first scan that record another format than their target shows.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT reference.holder
FROM reference
JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
JOIN image_state AS target ON target.image = link.target_image
WHERE reference.role = 'backing' AND reference.holder > 0
  AND coalesce(reference.recorded_format, reference.format_in_reference) <> target.format;

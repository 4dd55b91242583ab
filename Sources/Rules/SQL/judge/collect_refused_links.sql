-- Links below what domains use that libvirt may refuse, with what LibvirtAcceptance asks for. Those that
-- carry backing-format-unrecorded are an error already.
SELECT reference.holder, reference.stored, reference.recorded_format, holder.format AS holder_format,
  link.target_image, target.format AS target_format, target.fault AS target_fault
FROM temp.reached
CROSS JOIN link ON link.holder = reached.image AND link.until_scan IS NULL AND link.is_backing
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL AND reference.role = 'backing'
CROSS JOIN image_state AS holder ON holder.image = link.holder AND holder.until_scan IS NULL
LEFT JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE link.state NOT IN ('missing', 'invalid') AND holder.fault IS NULL
  AND (substr(reference.stored, 1, 5) IN (CAST('file:' AS BLOB), CAST('json:' AS BLOB))
    OR (reference.recorded_format IS NULL AND (link.state = 'remote' OR EXISTS (
      SELECT 1 FROM reference AS next
      WHERE next.holder = link.target_image AND next.role = 'backing' AND next.until_scan IS NULL))))
  AND NOT (reference.recorded_format IS NULL AND reference.format_in_reference IS NULL
    AND holder.format IN (SELECT format FROM temp.format_trait WHERE records_backing_format));

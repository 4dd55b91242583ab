-- Bases that changed under overlays which were made on them before.

-- The content was read again and is another one.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'base-modified', image.id, NULL, json_object('was', image.content)
FROM temp.base_content CROSS JOIN image ON image.id = base_content.image
WHERE image.content <> base_content.content AND EXISTS (
  SELECT 1 FROM link
  WHERE link.target_image = image.id AND link.is_backing AND link.until_scan IS NULL
    AND link.from_scan < :scan
    -- What an overlay was made on is back.
    AND NOT EXISTS (
      SELECT 1 FROM finding JOIN reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
      WHERE finding.holder = image.id AND finding.kind = 'base-modified'
        AND finding.until_scan IS NULL AND finding.from_scan > reference.from_scan
        AND json_extract(finding.detail, '$.was') = base_content.content));

-- Another image stands where the base stood, and the overlay says what it always said.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT DISTINCT 'base-modified', new.target_image, NULL,
  json_object('was', was.content, 'replaced', was.id)
FROM temp.changed_link
CROSS JOIN link AS old ON old.holder = changed_link.holder AND old.ordinal = changed_link.ordinal
  AND old.until_scan = :scan
CROSS JOIN link AS new ON new.holder = changed_link.holder AND new.ordinal = changed_link.ordinal
  AND new.until_scan IS NULL
CROSS JOIN reference ON reference.holder = new.holder AND reference.ordinal = new.ordinal
  AND reference.until_scan IS NULL AND reference.from_scan < :scan
CROSS JOIN image AS was ON was.id = old.target_image
CROSS JOIN image AS now ON now.id = new.target_image
WHERE new.is_backing AND new.target_image <> old.target_image
  AND new.directory IS old.directory AND new.name IS old.name
  -- A copy of the old base is as good as the base.
  AND (now.sample IS NULL OR was.sample IS NULL OR now.sample <> was.sample)
  AND new.holder NOT IN (SELECT image FROM temp.opened_place);

-- It stays so until the old content is back or the overlays of that time are gone.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'base-modified', finding.holder, NULL, NULL
FROM finding
JOIN temp.touched ON touched.holder = finding.holder
JOIN image ON image.id = finding.holder
LEFT JOIN temp.base_content ON base_content.image = finding.holder
WHERE finding.until_scan IS NULL AND finding.kind = 'base-modified'
  AND coalesce(base_content.content, image.content)
    IS NOT json_extract(finding.detail, '$.was')
  AND EXISTS (
    SELECT 1 FROM link JOIN reference ON reference.holder = link.holder
      AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
    WHERE link.target_image = finding.holder AND link.is_backing AND link.until_scan IS NULL
      AND reference.from_scan < finding.from_scan);

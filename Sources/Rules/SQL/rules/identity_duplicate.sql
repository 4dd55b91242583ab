-- Images that bear one UUID, where a child names its parent by it. Those to which a child's link leads are the
-- parent, and not told; where no link leads to any of them, all of them may be.
WITH shared (uuid) AS (
  SELECT own_uuid FROM image_state
  WHERE until_scan IS NULL AND own_uuid IS NOT NULL
  GROUP BY own_uuid HAVING count(*) > 1),
-- Who has children; an index gives those of an image.
parent (uuid, image) AS (
  SELECT shared.uuid, image_state.image
  FROM shared CROSS JOIN image_state ON image_state.own_uuid = shared.uuid
    AND image_state.until_scan IS NULL AND image_state.own_uuid IS NOT NULL
  WHERE EXISTS (
    SELECT 1 FROM link CROSS JOIN reference ON reference.holder = link.holder
      AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
      AND reference.role = 'parent'
    WHERE link.target_image = image_state.image AND link.until_scan IS NULL)),
-- Children of which it is open whose they are. An index has the links that are not in order.
wanted (uuid) AS (
  SELECT CAST(reference.stored AS TEXT)
  FROM link CROSS JOIN reference ON reference.holder = link.holder
    AND reference.ordinal = link.ordinal AND reference.until_scan IS NULL
    AND reference.role = 'parent'
  WHERE link.until_scan IS NULL AND link.state <> 'ok' AND link.state = 'unknown')
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'identity-duplicate', image_state.image, NULL, json_object('uuid', shared.uuid, 'twin', (
  SELECT coalesce(
    (SELECT min(parent.image) FROM parent WHERE parent.uuid = shared.uuid),
    (SELECT min(twin.image) FROM image_state AS twin
      WHERE twin.own_uuid = shared.uuid AND twin.until_scan IS NULL
        AND twin.own_uuid IS NOT NULL AND twin.image <> image_state.image))))
FROM shared CROSS JOIN image_state ON image_state.own_uuid = shared.uuid
  AND image_state.until_scan IS NULL AND image_state.own_uuid IS NOT NULL
WHERE image_state.image NOT IN (SELECT image FROM parent)
  AND (shared.uuid IN (SELECT uuid FROM parent) OR shared.uuid IN (SELECT uuid FROM wanted));

-- Images at a scan, a row for each of their places, in the order of ImageColumn. What all images of a directory have in
-- common is asked once for the directory.
SELECT
  place.image, place.directory, place.name, image.first_scan,
  state.format, state.content, state.virtual_size, state.cluster_size,
  state.is_encrypted, state.is_dirty, state.fault, state.detail,
  file.file_size, file.actual_size, file.modified,
  file.is_in_use OR EXISTS (
    SELECT 1 FROM link_at AS use
    JOIN domain_state_at AS user ON user.domain = use.holder AND user.is_running
    JOIN reference_at AS used ON used.holder = use.holder AND used.ordinal = use.ordinal
      AND used.detail LIKE '%"live"%'
    WHERE use.target_image = place.image AND use.holder < 0) AS is_in_use,
  (SELECT own.bytes FROM own_blocks_at AS own WHERE own.image = place.image) AS own_bytes,
  backing.stored, backing.recorded_format, link.state AS link_state,
  EXISTS (
    SELECT 1 FROM finding_at AS finding
    WHERE finding.holder = place.image AND finding.kind = 'backing-loop') AS is_loop,
  max(place.from_scan, state.from_scan, file.from_scan, coalesce(backing.from_scan, 0))
    AS last_changed
FROM place_at AS place
JOIN image ON image.id = place.image
JOIN image_state_at AS state ON state.image = place.image
JOIN file_state_at AS file ON file.image = place.image
LEFT JOIN link_at AS link ON link.holder = place.image AND link.is_backing
  AND link.ordinal = (
    SELECT min(first.ordinal) FROM link_at AS first
    WHERE first.holder = place.image AND first.is_backing)
LEFT JOIN reference_at AS backing ON backing.holder = place.image
  AND backing.ordinal = link.ordinal

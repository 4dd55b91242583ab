-- Who led to :base before and does not now: with is_lost images that are gone and stood on it last, else
-- whoever has a reference that is broken. A domain's references are numbered anew when one is added, so
-- any of them counts.
SELECT past.holder, max(past.until_scan) AS until_scan, 0 AS is_lost, reference.role,
  reference.detail, domain.name AS domain, file.actual_size, directory.path, place.name
FROM link AS past
JOIN link_at AS now ON now.holder = past.holder AND (now.ordinal = past.ordinal OR past.holder < 0)
  AND now.state <> 'ok' AND (now.state <> 'unreadable' OR now.target_image IS NULL)
JOIN reference_at AS reference ON reference.holder = now.holder AND reference.ordinal = now.ordinal
LEFT JOIN domain ON domain.id = past.holder
LEFT JOIN file_state_at AS file ON file.image = past.holder
LEFT JOIN place_at AS place ON place.image = past.holder
LEFT JOIN directory ON directory.id = place.directory
WHERE past.target_image = :base AND past.until_scan <= (SELECT scan FROM asof)
GROUP BY past.holder, now.ordinal, place.directory, place.name
UNION ALL
SELECT past.holder, max(past.until_scan), 1, NULL, NULL, NULL, NULL, NULL, NULL
FROM link AS past
WHERE past.target_image = :base AND past.until_scan <= (SELECT scan FROM asof) AND past.holder > 0
  AND NOT EXISTS (SELECT 1 FROM place_at AS place WHERE place.image = past.holder)
  AND NOT EXISTS (
    SELECT 1 FROM link AS later
    WHERE later.holder = past.holder AND later.ordinal = past.ordinal
      AND later.from_scan > past.from_scan AND later.from_scan <= (SELECT scan FROM asof)
      AND later.target_image IS NOT NULL)
GROUP BY past.holder

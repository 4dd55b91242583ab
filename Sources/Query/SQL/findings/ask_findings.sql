-- Findings that were known by then, with what they are about, as it was when each was last open: that
-- may be another scan than the one asked for, and the views of that one do not serve.
SELECT
  finding.*, domain.name AS domain_name, domain.kind AS domain_kind, image_state.fault, image_state.unknown_feature,
  image_state.format AS detected_format, image_state.format AS holder_format,
  reference.role, reference.stored, reference.recorded_format, reference.format_in_reference,
  target.format AS target_format, target.fault AS target_fault, link.target_image, standing.path AS target_directory,
  link.name AS target_name, link.directory AS link_directory, link.state AS link_state,
  link.from_scan AS link_from,
  coalesce(landing.path, standing.path) AS landing_directory
FROM (
  SELECT *, closed_by IS NULL AS is_open,
    min((SELECT scan FROM temp.asof), coalesce(until_scan - 1, (SELECT scan FROM temp.asof)),
      coalesce(lifted_by, (SELECT scan FROM temp.asof))) AS last_open
  FROM (
    SELECT *, coalesce(lifted_by, iif(until_scan <= (SELECT scan FROM temp.asof), until_scan, NULL)) AS closed_by
    FROM (
      -- What a person closed was open still when that was said.
      SELECT *, (
        SELECT lifted.scan FROM lifted
        WHERE lifted.finding = finding.id AND lifted.scan <= (SELECT scan FROM temp.asof)) AS lifted_by
      FROM finding WHERE from_scan <= (SELECT scan FROM temp.asof)) AS finding) AS finding
) AS finding
LEFT JOIN domain ON domain.id = finding.holder
LEFT JOIN image_state ON image_state.image = finding.holder
  AND image_state.from_scan <= finding.last_open
  AND (image_state.until_scan IS NULL OR image_state.until_scan > finding.last_open)
LEFT JOIN reference ON reference.holder = finding.holder AND reference.ordinal = finding.ordinal
  AND reference.from_scan <= finding.last_open
  AND (reference.until_scan IS NULL OR reference.until_scan > finding.last_open)
LEFT JOIN link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
  AND link.from_scan <= finding.last_open
  AND (link.until_scan IS NULL OR link.until_scan > finding.last_open)
LEFT JOIN image_state AS target ON target.image = link.target_image
  AND target.from_scan <= finding.last_open
  AND (target.until_scan IS NULL OR target.until_scan > finding.last_open)
LEFT JOIN directory AS standing ON standing.id = link.directory
LEFT JOIN directory_state AS way ON way.directory = link.directory
  AND way.from_scan <= finding.last_open
  AND (way.until_scan IS NULL OR way.until_scan > finding.last_open)
LEFT JOIN directory AS landing ON landing.id = way.canonical

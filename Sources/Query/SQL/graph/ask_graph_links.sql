-- Links with what they are made of.
SELECT
  link.holder, link.ordinal, link.target_image, link.state, link.is_backing,
  directory.path, link.name, reference.role, reference.stored, reference.detail,
  coalesce(reference.recorded_format, reference.format_in_reference) AS recorded_format,
  domain.name AS domain, state.format AS holder_format
FROM link_at AS link
JOIN reference_at AS reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
LEFT JOIN directory ON directory.id = link.directory
LEFT JOIN domain ON domain.id = link.holder
LEFT JOIN image_state_at AS state ON state.image = link.holder

-- Every machine with each of its references, and the image that stands there.
SELECT domain.id, domain.name, domain.uuid, domain.identity, state.kind, state.source,
  state.is_running, reference.ordinal, reference.role, reference.stored, reference.recorded_format,
  reference.detail, link.state, link.target_image
FROM domain_state_at AS state
JOIN domain ON domain.id = state.domain
LEFT JOIN reference_at AS reference ON reference.holder = domain.id
LEFT JOIN link_at AS link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
ORDER BY domain.name, domain.id DESC, reference.ordinal

-- A chain that the XML spells out and the headers contradict: another image, another format, an end
-- where the header goes on, or more images than the headers know.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT DISTINCT 'domain-chain-mismatch', upper.domain, coalesce(lower.ordinal, upper.ordinal)
FROM temp.domain_link AS upper
JOIN image_state ON image_state.image = upper.image AND image_state.until_scan IS NULL
LEFT JOIN temp.domain_link AS lower ON lower.domain = upper.domain
  AND lower.target = upper.target AND lower.part = upper.part AND lower.is_current
  AND lower.level = upper.level + 1 AND lower.role = 'backing'
LEFT JOIN link AS base ON base.holder = upper.image AND base.is_backing
  AND base.until_scan IS NULL AND base.ordinal = (
    SELECT min(ordinal) FROM link AS first
    WHERE first.holder = upper.image AND first.is_backing AND first.until_scan IS NULL)
LEFT JOIN image_state AS shown ON shown.image = lower.image AND shown.until_scan IS NULL
WHERE upper.is_current AND upper.role IN ('disk', 'backing') AND upper.part = 'source'
  -- What the XML calls raw is not looked into, by libvirt or here.
  AND coalesce(upper.recorded_format, image_state.format) <> 'raw'
  AND image_state.fault IS NULL AND CASE
    WHEN upper.is_chain_end THEN base.holder IS NOT NULL
    WHEN lower.domain IS NULL THEN 0
    WHEN base.holder IS NULL THEN 1
    WHEN lower.recorded_format <> shown.format THEN 1
    WHEN lower.image IS NOT NULL OR base.target_image IS NOT NULL
      THEN lower.image IS NOT base.target_image
    ELSE lower.directory IS NOT base.directory OR lower.name IS NOT base.name END;

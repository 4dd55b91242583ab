-- A disk, or a file of the firmware, whose format in the XML is not the one that its header shows.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'domain-format-mismatch', domain_link.domain, domain_link.ordinal
FROM temp.domain_link
JOIN image_state ON image_state.image = domain_link.image AND image_state.until_scan IS NULL
WHERE domain_link.is_current AND domain_link.role IN ('disk', 'nvram', 'loader')
  AND domain_link.level = 0
  AND domain_link.part = 'source' AND domain_link.recorded_format <> image_state.format
  -- A fixed VHD has its header at the end, and shows raw.
  AND NOT (domain_link.recorded_format = 'vpc' AND image_state.content IS 'vpc-fixed');

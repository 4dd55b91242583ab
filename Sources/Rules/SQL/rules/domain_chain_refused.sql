-- A domain that libvirt refuses to start: going down from a disk of its definition it meets a link that it
-- refuses. It goes by the headers from where the XML ends, unless the XML says that the chain ends there,
-- and as far as it is told formats that can name a base. Only QEMU's driver does that.
INSERT INTO temp.judged (kind, holder, ordinal)
WITH RECURSIVE downward (domain, ordinal, image, format) AS (
  SELECT disk.domain, disk.ordinal, lowest.image, lowest.recorded_format
  FROM temp.domain_link AS disk
  JOIN temp.domain_link AS lowest ON lowest.domain = disk.domain AND lowest.target = disk.target
  CROSS JOIN domain_state ON domain_state.domain = disk.domain AND domain_state.until_scan IS NULL
  WHERE EXISTS (SELECT 1 FROM temp.refused)
    AND disk.role = 'disk' AND disk.level = 0 AND disk.part = 'source' AND disk.is_defined
    AND lowest.role IN ('disk', 'backing') AND lowest.part = 'source' AND lowest.is_defined
    AND lowest.image IS NOT NULL AND NOT lowest.is_chain_end
    AND NOT EXISTS (
      SELECT 1 FROM temp.domain_link AS lower
      WHERE lower.domain = lowest.domain AND lower.target = lowest.target
        AND lower.level = lowest.level + 1 AND lower.role = 'backing' AND lower.part = 'source'
        AND lower.is_defined)
    AND domain_state.kind = 'libvirt'
    AND instr(domain_state.source, CAST('/libvirt/libxl/' AS BLOB)) = 0
    AND instr(domain_state.source, CAST('/libvirt/lxc/' AS BLOB)) = 0
    AND instr(domain_state.source, CAST('/libvirt/ch/' AS BLOB)) = 0
  UNION
  -- It believes what the base's header shows, where it probes.
  SELECT downward.domain, downward.ordinal, link.target_image,
    coalesce(reference.recorded_format, CASE WHEN upper.is_base_probed THEN target.format END)
  FROM downward
  CROSS JOIN temp.format_trait AS upper ON upper.format = downward.format
  CROSS JOIN image_state ON image_state.image = downward.image AND image_state.until_scan IS NULL
    AND image_state.format = downward.format
  CROSS JOIN link ON link.holder = downward.image AND link.until_scan IS NULL AND link.is_backing
  CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
    AND reference.until_scan IS NULL AND reference.role = 'backing'
  CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
  WHERE upper.names_base_to_libvirt
    AND downward.image NOT IN (SELECT image FROM temp.refused))
SELECT DISTINCT 'domain-chain-refused', downward.domain, downward.ordinal
FROM downward
JOIN temp.refused ON refused.image = downward.image
JOIN image_state ON image_state.image = downward.image AND image_state.until_scan IS NULL
  AND image_state.format = downward.format;

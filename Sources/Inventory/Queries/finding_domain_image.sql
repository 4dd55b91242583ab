-- A domain's disk, or a file that it boots from, that is not there. A CD-ROM that may be missing
-- may be missing, and variables are made from their template when the domain first starts.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'domain-image-missing', domain, ordinal FROM temp.domain_link
WHERE is_current AND state = 'missing' AND part IN ('source', 'mirror')
  AND role IN ('disk', 'backing', 'data-file', 'loader', 'kernel', 'initrd', 'dtb', 'filesystem')
  AND coalesce(startup_policy, 'mandatory') = 'mandatory';

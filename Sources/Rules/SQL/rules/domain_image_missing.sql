-- A domain's disk, or a file that it boots from, that is not there. Only an optional medium may be missing
-- when a domain is started: 'requisite' lets go of one in a migration or a restore (libvirt
-- src/qemu/qemu_domain.c, qemuDomainCheckDiskStartupPolicy). Variables are made from their template.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'domain-image-missing', domain, ordinal FROM temp.domain_link
WHERE is_current AND state = 'missing' AND part IN ('source', 'mirror', 'command-line')
  AND role IN (
    'disk', 'backing', 'data-file', 'loader', 'kernel', 'initrd', 'dtb', 'filesystem', 'shim',
    'acpi-table', 'fw-cfg', 'rom')
  AND startup_policy IS NOT 'optional'
  -- A socket of this host, of which domain-socket-missing tells.
  AND NOT EXISTS (
    SELECT 1 FROM reference
    WHERE reference.holder = domain_link.domain AND reference.ordinal = domain_link.ordinal
      AND reference.until_scan IS NULL
      AND json_extract(reference.detail, '$."missing-socket"') IS NOT NULL)
  -- Told below, with where its content still is.
  AND NOT EXISTS (
    SELECT 1 FROM temp.domain_link AS open
    WHERE open.domain = domain_link.domain AND open.part = 'deleted' AND open.is_current
      AND open.directory = domain_link.directory AND open.name = domain_link.name);

-- A file that a process has open and whose name is gone: its content goes with the process, whatever
-- stands at the path now.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'domain-image-missing', domain, ordinal, '{"deleted":true}' FROM temp.domain_link
WHERE is_current AND part = 'deleted';

-- A disk named by a symbolic link in another directory: QEMU and libvirt look for a relative base beside
-- the link, and it is not there. A chain that the XML spells out is not looked for.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT DISTINCT 'domain-image-missing', domain_link.domain, domain_link.ordinal,
  '{"beside-link":true}'
-- From the symbolic links on, of which there are few, and not from every disk and every directory.
FROM alias
CROSS JOIN directory_state AS walked ON walked.directory = alias.directory
  AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
CROSS JOIN directory_state AS named ON named.canonical = walked.canonical
  AND named.until_scan IS NULL
CROSS JOIN temp.domain_link ON domain_link.directory = named.directory
  AND domain_link.name = alias.name
CROSS JOIN link ON link.holder = domain_link.image AND link.is_backing AND link.until_scan IS NULL
  AND link.state <> 'missing'
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL
WHERE alias.until_scan IS NULL AND alias.target_directory <> named.canonical
  AND domain_link.is_current AND domain_link.role = 'disk' AND domain_link.level = 0
  AND domain_link.part = 'source' AND domain_link.state = 'ok' AND NOT domain_link.is_continued
  AND coalesce(domain_link.recorded_format, 'raw') <> 'raw'
  AND domain_link.startup_policy IS NOT 'optional'
  -- A plain name: no directory in it, no protocol.
  AND reference.role = 'backing' AND instr(reference.stored, X'2F') = 0
  AND instr(reference.stored, X'3A') = 0
  AND NOT EXISTS (
    SELECT 1 FROM place WHERE place.directory = walked.directory
      AND place.name = reference.stored AND place.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM alias AS other WHERE other.directory = walked.directory
      AND other.name = reference.stored AND other.until_scan IS NULL);

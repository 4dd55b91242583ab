-- Domains and their references as they are now, against what was known. A domain whose file could
-- not be seen is neither in seen_domain nor in gone_domain, and so stays as it was.

INSERT INTO domain (id, host, uuid, name, kind, identity)
SELECT domain, :host, uuid, name, kind, identity FROM temp.seen_domain WHERE is_new;

INSERT OR IGNORE INTO temp.changed_domain (domain)
SELECT domain FROM temp.gone_domain
UNION
SELECT seen.domain FROM temp.seen_domain AS seen
LEFT JOIN domain_state AS old ON old.domain = seen.domain AND old.until_scan IS NULL
WHERE old.domain IS NULL OR old.source <> seen.source OR old.is_running <> seen.is_running
  OR old.kind <> seen.kind OR old.is_live <> seen.is_live
UNION
SELECT reference.holder FROM temp.seen_domain
CROSS JOIN reference ON reference.holder = seen_domain.domain
LEFT JOIN temp.seen_domain_reference AS seen
  ON seen.domain = reference.holder AND seen.ordinal = reference.ordinal
WHERE reference.until_scan IS NULL AND (seen.domain IS NULL OR reference.detail <> seen.detail
  OR reference.role <> seen.role OR reference.stored <> seen.stored
  OR reference.recorded_format IS NOT seen.recorded_format)
UNION
SELECT seen.domain FROM temp.seen_domain_reference AS seen
WHERE NOT EXISTS (
  SELECT 1 FROM reference
  WHERE reference.holder = seen.domain AND reference.ordinal = seen.ordinal
    AND reference.until_scan IS NULL);

UPDATE domain_state SET until_scan = :scan
WHERE until_scan IS NULL AND (
  domain IN (SELECT domain FROM temp.gone_domain)
  OR EXISTS (
    SELECT 1 FROM temp.seen_domain AS seen
    WHERE seen.domain = domain_state.domain
      AND (seen.source <> domain_state.source OR seen.is_running <> domain_state.is_running
        OR seen.kind <> domain_state.kind OR seen.is_live <> domain_state.is_live)));

INSERT INTO domain_state (domain, from_scan, source, is_running, kind, is_live)
SELECT domain, :scan, source, is_running, kind, is_live FROM temp.seen_domain
WHERE NOT EXISTS (
  SELECT 1 FROM domain_state
  WHERE domain_state.domain = seen_domain.domain AND domain_state.until_scan IS NULL);

UPDATE reference SET until_scan = :scan
WHERE until_scan IS NULL AND holder IN (SELECT domain FROM temp.changed_domain)
  AND NOT EXISTS (
    SELECT 1 FROM temp.seen_domain_reference AS seen
    WHERE seen.domain = reference.holder AND seen.ordinal = reference.ordinal
      AND seen.role = reference.role AND seen.stored = reference.stored
      AND seen.recorded_format IS reference.recorded_format AND seen.detail = reference.detail);

INSERT INTO reference (holder, ordinal, from_scan, role, stored, recorded_format, detail)
SELECT domain, ordinal, :scan, role, stored, recorded_format, detail
FROM temp.seen_domain_reference AS seen
WHERE domain IN (SELECT domain FROM temp.changed_domain) AND NOT EXISTS (
  SELECT 1 FROM reference
  WHERE reference.holder = seen.domain AND reference.ordinal = seen.ordinal
    AND reference.until_scan IS NULL);

-- What domains use, as it is now: for the judgements that follow.

-- Each open link of a domain with what its reference says. Of a running domain what is live counts,
-- of another what it starts from, and of every one what its process has open; is_current marks those, is_defined what the next start goes by.
DROP TABLE IF EXISTS temp.domain_link;
CREATE TEMP TABLE domain_link AS
SELECT
  link.holder AS domain, link.ordinal, link.state, link.directory, link.name,
  link.target_image AS image, reference.role, reference.recorded_format,
  domain_state.is_running,
  json_extract(reference.detail, '$.part')           AS part,
  json_extract(reference.detail, '$.target')         AS target,
  json_extract(reference.detail, '$.device')         AS device,
  json_extract(reference.detail, '$.level')          AS level,
  json_extract(reference.detail, '$."read-only"')    AS is_read_only,
  json_extract(reference.detail, '$.shareable')      AS is_shareable,
  -- libvirt puts an overlay over it when the domain starts, and the guest writes into that.
  coalesce(json_extract(reference.detail, '$.transient'), 0) AS is_transient,
  json_extract(reference.detail, '$."startup-policy"') AS startup_policy,
  json_extract(reference.detail, '$.continued')      AS is_continued,
  json_extract(reference.detail, '$."chain-end"')    AS is_chain_end,
  json_extract(reference.detail, '$.elsewhere.type') AS type,
  EXISTS (
    SELECT 1 FROM json_each(reference.detail, '$.documents')
    WHERE value = CASE WHEN domain_state.is_live THEN 'live' ELSE 'definition' END
      OR value = 'process' AND domain_state.is_running) AS is_current,
  EXISTS (
    SELECT 1 FROM json_each(reference.detail, '$.documents') WHERE value = 'definition') AS is_defined
FROM link
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL
CROSS JOIN domain_state ON domain_state.domain = link.holder AND domain_state.until_scan IS NULL
WHERE link.holder < 0 AND link.until_scan IS NULL;
CREATE INDEX temp.domain_link_by_image ON domain_link (image);
CREATE INDEX temp.domain_link_by_place ON domain_link (domain, target, level);
-- Of many disks that nobody looked at each asks for the same name among these, of which there are few.
CREATE INDEX temp.domain_link_continued ON domain_link (directory, name) WHERE is_continued;

-- Directories that are handed to a domain whole: where each really is; as it is named, where that is not known.
-- Without a slash at the end, so that the root is ''.
DROP TABLE IF EXISTS temp.shared_directory;
CREATE TEMP TABLE shared_directory AS
SELECT DISTINCT named.host,
  rtrim(CAST(coalesce(real.path, named.path) AS TEXT), '/') AS path
FROM (
  SELECT directory.host, CAST(
    rtrim(CAST(directory.path AS TEXT), '/') || '/' || CAST(domain_link.name AS TEXT) AS BLOB)
    AS path
  FROM temp.domain_link CROSS JOIN directory ON directory.id = domain_link.directory
  WHERE domain_link.type = 'dir') AS named
LEFT JOIN directory ON directory.host = named.host AND directory.path = named.path
LEFT JOIN directory_state AS state ON state.directory = directory.id AND state.until_scan IS NULL
LEFT JOIN directory AS real ON real.id = state.canonical;
-- Those, and all directories below: a slash comes right before a zero.
DROP TABLE IF EXISTS temp.handed_directory;
CREATE TEMP TABLE handed_directory (directory INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.handed_directory
SELECT directory.id
FROM temp.shared_directory AS shared
CROSS JOIN directory ON directory.host = shared.host
  AND directory.path >= CAST(shared.path AS BLOB)
  AND directory.path < CAST(shared.path || '0' AS BLOB)
WHERE directory.path = CAST(shared.path AS BLOB)
  OR directory.path >= CAST(shared.path || '/' AS BLOB);
-- By whatever path they were walked.
INSERT OR IGNORE INTO temp.handed_directory
SELECT walked.directory
FROM temp.handed_directory AS handed
CROSS JOIN directory_state AS walked ON walked.canonical = handed.directory
  AND walked.until_scan IS NULL AND walked.pool IS NOT NULL;

-- Every image that a domain reaches, over any number of links.
DROP TABLE IF EXISTS temp.reached;
CREATE TEMP TABLE reached (image INTEGER PRIMARY KEY);
WITH RECURSIVE downward (image) AS (
  SELECT image FROM temp.domain_link WHERE image IS NOT NULL
  UNION
  SELECT place.image FROM temp.handed_directory
  CROSS JOIN place ON place.directory = handed_directory.directory AND place.until_scan IS NULL
  UNION
  SELECT link.target_image FROM downward JOIN link ON link.holder = downward.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
INSERT INTO temp.reached SELECT image FROM downward;

-- Fills a bundle from the database that is attached as "source": what began after scan :lo, the keys of what ended
-- after it, and what changed in place. Documentation/bundle.md says what a reader does with it.

INSERT INTO filesystem SELECT id, identity FROM source.filesystem;
INSERT INTO pool
SELECT id, name, path, origin, not_visited, filesystem, inode, birth_time, until_scan
FROM source.pool;
INSERT INTO former_pool
SELECT pool, until_scan, name, not_visited, path FROM source.former_pool WHERE until_scan >= :lo;

INSERT INTO scan
SELECT id, state, started, finished, is_forgotten, has_domains, is_whole, max_depth, grace,
  grace_age, sees_users, claims_rule, sees_orphans, is_measured, images, added, removed, moved,
  changed, replaced, unchanged, unreadable, findings_open, findings_opened, findings_closed, token
FROM source.scan WHERE id > :lo;
INSERT INTO pool_scan
SELECT pool, scan, state, reason, images, scope FROM source.pool_scan WHERE scan > :lo;
INSERT INTO shared_pool
SELECT scan, pool, directory, type FROM source.shared_pool WHERE scan > :lo;
INSERT INTO scan_image SELECT scan, image FROM source.scan_image WHERE scan > :lo;
INSERT INTO scan_change SELECT scan, image FROM source.scan_change WHERE scan > :lo;

INSERT INTO image
SELECT id, first_scan, filesystem, inode, birth_time, sample, content, accepted_format,
  accepted_scan, revised_scan
FROM source.image WHERE first_scan > :lo OR revised_scan > :lo;

INSERT INTO place
SELECT directory, name, from_scan, until_scan, image FROM source.place WHERE from_scan > :lo;
INSERT INTO ended_place
SELECT directory, name, from_scan, until_scan FROM source.place
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO alias
SELECT directory, name, from_scan, until_scan, link_text, target_directory, target_name
FROM source.alias WHERE from_scan > :lo;
INSERT INTO ended_alias
SELECT directory, name, from_scan, until_scan FROM source.alias
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO directory_state
SELECT directory, from_scan, until_scan, pool, filesystem, canonical, is_mount_point
FROM source.directory_state WHERE from_scan > :lo;
INSERT INTO ended_directory_state
SELECT directory, from_scan, until_scan FROM source.directory_state
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO filesystem_state
SELECT filesystem, from_scan, until_scan, capacity, available
FROM source.filesystem_state WHERE from_scan > :lo;
INSERT INTO ended_filesystem_state
SELECT filesystem, from_scan, until_scan FROM source.filesystem_state
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO image_state
SELECT image, from_scan, until_scan, kind, format, content, virtual_size, cluster_size,
  is_encrypted, is_dirty, is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid,
  own_mark, parent_mark
FROM source.image_state WHERE from_scan > :lo;
INSERT INTO ended_image_state
SELECT image, from_scan, until_scan FROM source.image_state
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO file_state
SELECT image, from_scan, until_scan, file_size, actual_size, modified, changed, is_in_use,
  is_readable, links, ownership
FROM source.file_state WHERE from_scan > :lo;
INSERT INTO ended_file_state
SELECT image, from_scan, until_scan FROM source.file_state
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO domain_state
SELECT domain, from_scan, until_scan, source, is_running, kind, is_live
FROM source.domain_state WHERE from_scan > :lo;
INSERT INTO ended_domain_state
SELECT domain, from_scan, until_scan FROM source.domain_state
WHERE from_scan <= :lo AND until_scan > :lo;

-- What else the XML says of a disk is for writing it anew, here.
INSERT INTO reference
SELECT holder, ordinal, from_scan, until_scan, role, redacted(stored), recorded_format,
  format_in_reference, redacted_json(
    iif(json_type(detail, '$.others') IS NULL, detail, json_remove(detail, '$.others')))
FROM source.reference WHERE from_scan > :lo;
INSERT INTO ended_reference
SELECT holder, ordinal, from_scan, until_scan FROM source.reference
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO link
SELECT holder, ordinal, from_scan, until_scan, directory, name, target_image, is_backing, state,
  target_filesystem, target_inode
FROM source.link WHERE from_scan > :lo;
INSERT INTO ended_link
SELECT holder, ordinal, from_scan, until_scan FROM source.link
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO unused
SELECT image, from_scan, until_scan, last_user FROM source.unused WHERE from_scan > :lo;
INSERT INTO ended_unused
SELECT image, from_scan, until_scan FROM source.unused WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO awaited
SELECT image, from_scan, until_scan, strength FROM source.awaited WHERE from_scan > :lo;
INSERT INTO ended_awaited
SELECT image, from_scan, until_scan FROM source.awaited
WHERE from_scan <= :lo AND until_scan > :lo;

-- Two names that differ in a secret are one.
INSERT OR IGNORE INTO want
SELECT kind, iif(kind IN ('name', 'tail'), redacted_name(key), key), holder, ordinal, from_scan,
  until_scan, why
FROM source.want WHERE from_scan > :lo;
INSERT OR IGNORE INTO ended_want
SELECT kind, iif(kind IN ('name', 'tail'), redacted_name(key), key), holder, ordinal, from_scan,
  until_scan
FROM source.want WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO foundation
SELECT holder, ordinal, from_scan, until_scan, image, content, redacted(stored), mark,
  actual_size, sample
FROM source.foundation WHERE from_scan > :lo OR revised_scan > :lo;
INSERT INTO ended_foundation
SELECT holder, ordinal, from_scan, until_scan FROM source.foundation
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO victim
SELECT holder, ordinal, from_scan, until_scan, base FROM source.victim WHERE from_scan > :lo;
INSERT INTO ended_victim
SELECT holder, ordinal, from_scan, until_scan FROM source.victim
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO own_blocks
SELECT image, from_scan, until_scan, bytes, names FROM source.own_blocks WHERE from_scan > :lo;
INSERT INTO ended_own_blocks
SELECT image, from_scan, until_scan FROM source.own_blocks
WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO finding
SELECT id, kind, severity, holder, ordinal, from_scan, until_scan, last_good,
  redacted_json(detail), redacted_json(cause), cause_number
FROM source.finding WHERE from_scan > :lo;
INSERT INTO ended_finding
SELECT id, until_scan FROM source.finding WHERE from_scan <= :lo AND until_scan > :lo;

INSERT INTO problem
SELECT id, pool, path, message, from_scan, until_scan FROM source.problem WHERE from_scan > :lo;
INSERT INTO ended_problem
SELECT id, until_scan FROM source.problem WHERE from_scan <= :lo AND until_scan > :lo;

-- Words are dated with the scan after which they were said, and can be taken back.
INSERT INTO acknowledgement
SELECT finding, from_scan, until_scan, who, is_rule, said, reason, ends
FROM source.acknowledgement WHERE until_scan IS NULL OR until_scan >= :lo;
INSERT INTO keep
SELECT image, from_scan, until_scan, who, is_rule, said, reason, ends
FROM source.keep WHERE until_scan IS NULL OR until_scan >= :lo;
INSERT INTO settlement
SELECT finding, from_scan, until_scan, who, said, reason, kind, holder, ordinal, applied
FROM source.settlement WHERE until_scan IS NULL OR until_scan >= :lo;
INSERT INTO lifted SELECT finding, scan FROM source.lifted WHERE scan >= :lo;

-- Whatever the rows above name.
INSERT INTO directory
SELECT id, path FROM source.directory WHERE id IN (
  SELECT directory FROM main.place
  UNION SELECT directory FROM main.alias
  UNION SELECT target_directory FROM main.alias
  UNION SELECT directory FROM main.directory_state
  UNION SELECT canonical FROM main.directory_state
  UNION SELECT directory FROM main.link);
INSERT INTO domain
SELECT id, uuid, name, kind, identity FROM source.domain WHERE id IN (
  SELECT domain FROM main.domain_state
  UNION SELECT holder FROM main.reference WHERE holder < 0
  UNION SELECT holder FROM main.link WHERE holder < 0
  UNION SELECT holder FROM main.want WHERE holder < 0
  UNION SELECT holder FROM main.finding WHERE holder < 0);
INSERT INTO image_detail
SELECT id, redacted_json(json) FROM source.image_detail
WHERE id IN (SELECT detail FROM main.image_state);
INSERT INTO content
SELECT id, method, level, ladder FROM source.content WHERE id IN (
  SELECT content FROM main.image UNION SELECT content FROM main.foundation);
INSERT INTO ownership
SELECT id, "user", "group", mode FROM source.ownership
WHERE id IN (SELECT ownership FROM main.file_state);

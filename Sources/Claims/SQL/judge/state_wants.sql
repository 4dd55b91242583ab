-- What the touched references want, against what they wanted before.

DROP TABLE IF EXISTS temp.wanted_now;
CREATE TEMP TABLE wanted_now (
  kind TEXT, key, holder INTEGER, ordinal INTEGER, why TEXT,
  PRIMARY KEY (kind, key, holder, ordinal)) WITHOUT ROWID;

-- Where the references of images led, other than to themselves: the first time, or when a person settled it, and the
-- last. The data file or
-- extent that an image was made with is as much a part of it as its base.
DROP TABLE IF EXISTS temp.past_target;
CREATE TEMP TABLE past_target (
  holder INTEGER, ordinal INTEGER, first INTEGER, last INTEGER, since INTEGER,
  now INTEGER, state TEXT, until_scan INTEGER,
  PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
INSERT INTO temp.past_target (holder, ordinal, first, last, since, now, state, until_scan)
SELECT touched.holder, touched.ordinal,
  (SELECT was.target_image FROM link AS was
   WHERE was.holder = touched.holder AND was.ordinal = touched.ordinal
     AND was.target_image <> was.holder
     AND (was.until_scan IS NULL OR was.until_scan > coalesce((
       SELECT max(settled_link.scan) FROM settled_link
       WHERE settled_link.holder = touched.holder AND settled_link.ordinal = touched.ordinal), 0))
   ORDER BY was.from_scan LIMIT 1),
  last.target_image, last.from_scan, now.target_image, now.state,
  (SELECT max(gone.until_scan) FROM link AS gone
   WHERE gone.holder = touched.holder AND gone.ordinal = touched.ordinal)
FROM temp.want_touched AS touched
CROSS JOIN link AS last ON last.holder = touched.holder AND last.ordinal = touched.ordinal
  AND last.from_scan = (
    SELECT max(was.from_scan) FROM link AS was
    WHERE was.holder = touched.holder AND was.ordinal = touched.ordinal
      AND was.target_image <> was.holder)
LEFT JOIN link AS now ON now.holder = touched.holder AND now.ordinal = touched.ordinal
  AND now.until_scan IS NULL
WHERE touched.holder > 0 AND EXISTS (SELECT 1 FROM place WHERE place.image = touched.holder AND place.until_scan IS NULL);

-- A change of the base that is explained moves what the overlay was made on: a copy of the old base; one of its
-- chain, into which the old base was committed, for it was written to in the same interval; or the overlay was created again in its place, for it is smaller.
UPDATE temp.past_target SET first = last
WHERE first <> last AND (
  EXISTS (
    SELECT 1 FROM image AS old JOIN image AS new ON new.id = past_target.last
    WHERE old.id = past_target.first
      AND (old.content = new.content OR old.content IS NULL AND old.sample = new.sample))
  OR EXISTS (
    WITH RECURSIVE below (image) AS (
      SELECT past_target.first
      UNION
      SELECT link.target_image FROM below CROSS JOIN link ON link.holder = below.image
      WHERE link.is_backing AND link.target_image IS NOT NULL)
    SELECT 1 FROM below WHERE below.image = past_target.last)
  AND EXISTS (
    SELECT 1 FROM file_state AS after JOIN file_state AS before
      ON before.image = after.image AND before.until_scan = after.from_scan
    WHERE after.image = past_target.last AND after.from_scan = past_target.since
      AND after.modified <> before.modified)
  OR EXISTS (
    SELECT 1 FROM file_state AS after JOIN file_state AS before
      ON before.image = after.image AND before.until_scan = after.from_scan
    WHERE after.image = past_target.holder AND after.from_scan = past_target.since
      AND after.actual_size < before.actual_size));
-- A reference that is gone from a standing image: one that was made flat grew, and one that was created again shrank.
-- One that went with its image, and the image is back without it, says nothing.
UPDATE temp.past_target SET first = NULL, last = NULL
WHERE state IS NULL AND NOT EXISTS (
  SELECT 1 FROM place
  WHERE place.image = past_target.holder AND place.from_scan <= past_target.until_scan
    AND (place.until_scan IS NULL OR place.until_scan > past_target.until_scan))
OR state IS NULL AND EXISTS (
  SELECT 1 FROM file_state AS after JOIN file_state AS before ON before.image = after.image
    AND before.until_scan = after.from_scan
  WHERE after.image = past_target.holder AND after.from_scan = past_target.until_scan
    AND after.actual_size <> before.actual_size);

INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', first, holder, ordinal, 'made-on' FROM temp.past_target
WHERE first IS NOT NULL AND first IS NOT now;
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', last, holder, ordinal, 'made-on' FROM temp.past_target
WHERE last IS NOT NULL AND last IS NOT now AND state IS NOT 'ok';

-- And what is remembered that it was made on, as long as it does not stand on that: it may have been set on another
-- image that held the same, and that one be gone. While something else is in that place, what it led to before as well.
DROP TABLE IF EXISTS temp.made_on;
CREATE TEMP TABLE made_on (
  holder INTEGER, ordinal INTEGER, image INTEGER, sample INTEGER, now INTEGER, before INTEGER,
  PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
INSERT INTO temp.made_on (holder, ordinal, image, sample, now, before)
SELECT made.holder, made.ordinal, made.image, made.sample, now.target_image,
  iif(now.state = 'ok', (
    SELECT was.target_image FROM link AS was
    WHERE was.holder = made.holder AND was.ordinal = made.ordinal
      AND was.target_image <> now.target_image AND was.until_scan IS NOT NULL
    ORDER BY was.from_scan DESC LIMIT 1), NULL)
FROM temp.want_touched AS touched
CROSS JOIN foundation AS made ON made.holder = touched.holder AND made.ordinal = touched.ordinal
  AND made.until_scan IS NULL
LEFT JOIN link AS now ON now.holder = made.holder AND now.ordinal = made.ordinal
  AND now.until_scan IS NULL
WHERE EXISTS (SELECT 1 FROM place WHERE place.image = made.holder AND place.until_scan IS NULL)
  AND CASE
    WHEN now.state IS NULL THEN EXISTS (
      SELECT 1 FROM temp.past_target AS past
      WHERE past.holder = made.holder AND past.ordinal = made.ordinal AND past.last IS NOT NULL)
    WHEN now.state <> 'ok' THEN 1
    ELSE EXISTS (
        SELECT 1 FROM victim
        WHERE victim.holder = made.holder AND victim.ordinal = made.ordinal
          AND victim.until_scan IS NULL)
      OR EXISTS (
        SELECT 1 FROM temp.verdict
        WHERE verdict.holder = made.holder AND verdict.ordinal = made.ordinal
          AND verdict.word = 'changed') END;
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', image, holder, ordinal, 'made-on' FROM temp.made_on
WHERE image IS NOT now AND image IN (SELECT id FROM image);
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', before, holder, ordinal, 'made-on' FROM temp.made_on WHERE before IS NOT NULL;

-- Of a domain: what the reference led to last, or one of the same text, or of the same disk, for references
-- are renumbered; and what the domain used until the reference broke. What lies outside the pools or on another
-- host is there: it means no other image.
DROP TABLE IF EXISTS temp.led_to;
CREATE TEMP TABLE led_to (
  holder INTEGER, ordinal INTEGER, from_scan INTEGER, until_scan INTEGER, image INTEGER,
  stored BLOB, disk TEXT, PRIMARY KEY (holder, ordinal, from_scan)) WITHOUT ROWID;
INSERT INTO temp.led_to
SELECT link.holder, link.ordinal, link.from_scan, link.until_scan, link.target_image,
  reference.stored,
  reference.role || ' ' || json_extract(reference.detail, '$.target')
FROM (
  SELECT DISTINCT touched.holder FROM temp.want_touched AS touched
  CROSS JOIN link USING (holder, ordinal)
  WHERE touched.holder < 0 AND link.until_scan IS NULL
    AND link.state NOT IN ('ok', 'outside-pools', 'remote')) AS domain
CROSS JOIN link ON link.holder = domain.holder
LEFT JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.from_scan <= link.from_scan
  AND (reference.until_scan IS NULL OR reference.until_scan > link.from_scan)
WHERE link.target_image IS NOT NULL;
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', was.image, now.holder, now.ordinal, 'led-to'
FROM temp.want_touched AS touched
CROSS JOIN link AS now ON now.holder = touched.holder AND now.ordinal = touched.ordinal
  AND now.until_scan IS NULL
CROSS JOIN reference AS named ON named.holder = now.holder AND named.ordinal = now.ordinal
  AND named.until_scan IS NULL
CROSS JOIN temp.led_to AS was ON was.holder = now.holder
WHERE touched.holder < 0 AND now.state NOT IN ('ok', 'outside-pools', 'remote')
  AND was.image IS NOT now.target_image
  AND (was.until_scan = now.from_scan
    OR was.from_scan = (
      SELECT max(last.from_scan) FROM temp.led_to AS last
      WHERE last.holder = was.holder AND last.ordinal = now.ordinal) AND was.ordinal = now.ordinal
    OR was.from_scan = (
      SELECT max(last.from_scan) FROM temp.led_to AS last
      WHERE last.holder = was.holder AND last.stored = named.stored) AND was.stored = named.stored
    OR was.from_scan = (
      SELECT max(last.from_scan) FROM temp.led_to AS last
      WHERE last.holder = was.holder AND last.disk = was.disk)
      AND was.disk = named.role || ' ' || json_extract(named.detail, '$.target'))
  -- What the domain uses by another reference is held by that.
  AND NOT EXISTS (
    SELECT 1 FROM link AS used
    WHERE used.holder = now.holder AND used.until_scan IS NULL AND used.target_image = was.image);

-- What an image leads to beside another of its names.
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', image, holder, ordinal, 'led-to' FROM temp.beside;

-- What stood last where a reference leads, by any spelling of the directory: a cause names where it stands now.
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', tenant.image, tenant.holder, tenant.ordinal, 'stood-there'
FROM (
  SELECT link.holder, link.ordinal, (
    SELECT place.image FROM place
    WHERE place.name = link.name AND place.until_scan IS NOT NULL
      AND place.directory IN (
        SELECT link.directory
        UNION SELECT named.canonical FROM directory_state AS named
        WHERE named.directory = link.directory AND named.canonical IS NOT NULL
        UNION SELECT walked.directory
        FROM directory_state AS named
        CROSS JOIN directory_state AS walked ON walked.canonical = named.canonical
          AND walked.until_scan IS NULL
        WHERE named.directory = link.directory)
    ORDER BY place.until_scan DESC LIMIT 1) AS image, link.state
  FROM temp.want_touched CROSS JOIN link USING (holder, ordinal)
  WHERE link.until_scan IS NULL AND link.name IS NOT NULL
    AND link.state NOT IN ('ok', 'remote')) AS tenant
-- What is passed over now is there, and stands on what it stood on; who moved away from there is not meant.
WHERE tenant.image IS NOT NULL AND (tenant.state <> 'outside-pools' OR NOT EXISTS (
  SELECT 1 FROM place WHERE place.image = tenant.image AND place.until_scan IS NULL));

-- By identity: a parent that is recorded by what it is, and whose target is not that.
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'identity', mark.value, link.holder, link.ordinal, 'identity'
FROM temp.want_touched CROSS JOIN link USING (holder, ordinal)
CROSS JOIN image_state AS state ON state.image = link.holder AND state.until_scan IS NULL
CROSS JOIN json_each('[' || replace(json_quote(state.parent_mark), ' ', '","') || ']') AS mark
WHERE link.until_scan IS NULL AND link.is_backing AND state.parent_mark IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM image_state AS target
    WHERE target.image = link.target_image AND target.until_scan IS NULL
      AND mark.value IN (target.own_mark, target.own_uuid))
  AND NOT EXISTS (
    SELECT 1 FROM settlement JOIN image_state AS target
      ON target.image = link.target_image AND target.until_scan IS NULL
    WHERE settlement.holder = link.holder AND settlement.ordinal = link.ordinal
      AND settlement.kind = 'parent-mismatch' AND settlement.until_scan IS NULL
      AND settlement.state = json_array(state.parent_mark, target.own_mark))
  AND lower(mark.value) NOT IN ('', 'ffffffff', '00000000-0000-0000-0000-000000000000');
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'identity', CAST(reference.stored AS TEXT), link.holder, link.ordinal, 'identity'
FROM temp.want_touched CROSS JOIN link USING (holder, ordinal)
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL
WHERE link.until_scan IS NULL AND link.state <> 'ok' AND reference.role = 'parent'
  AND lower(CAST(reference.stored AS TEXT)) <> '00000000-0000-0000-0000-000000000000';

-- By name, wherever it stands.
INSERT OR IGNORE INTO temp.wanted_now SELECT kind, key, holder, ordinal, kind FROM temp.want_name;

-- What it held, where that image holds something else now, or did before it was gone: a copy may be the last.
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'content', made.sample, made.holder, made.ordinal, 'content'
FROM temp.made_on AS made LEFT JOIN image ON image.id = made.image
WHERE made.sample IS NOT NULL AND (made.image IS made.now OR made.sample IS NOT image.sample);

-- Whoever is lost and wanted stays in the graph: the last links and the own wants of such an image are kept
-- under its number, once, however many want it.
DROP TABLE IF EXISTS temp.lost;
CREATE TEMP TABLE lost (image INTEGER PRIMARY KEY);
INSERT INTO temp.lost
WITH RECURSIVE down (image) AS (
  SELECT key FROM temp.wanted_now
  WHERE kind = 'image' AND NOT EXISTS (
    SELECT 1 FROM place WHERE place.image = +wanted_now.key AND place.until_scan IS NULL)
  UNION
  SELECT key FROM want
  WHERE kind = 'image' AND until_scan IS NULL
    AND (holder < 0 OR EXISTS (
      SELECT 1 FROM place WHERE place.image = want.holder AND place.until_scan IS NULL))
    AND NOT EXISTS (
      SELECT 1 FROM temp.want_touched AS touched
      WHERE touched.holder = want.holder AND touched.ordinal = want.ordinal)
    AND NOT EXISTS (
      SELECT 1 FROM place WHERE place.image = +want.key AND place.until_scan IS NULL)
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.target_image IS NOT NULL AND link.until_scan IS NOT NULL
    AND link.until_scan = (
      SELECT max(last.until_scan) FROM link AS last
      WHERE last.holder = link.holder AND last.ordinal = link.ordinal
        AND last.target_image IS NOT NULL)
    AND NOT EXISTS (
      SELECT 1 FROM place WHERE place.image = link.target_image AND place.until_scan IS NULL))
SELECT image FROM down;
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'image', link.target_image, link.holder, link.ordinal, 'below-lost'
FROM temp.lost CROSS JOIN link ON link.holder = lost.image
WHERE link.target_image IS NOT NULL
  AND link.until_scan = (
    SELECT max(last.until_scan) FROM link AS last
    WHERE last.holder = link.holder AND last.ordinal = link.ordinal
      AND last.target_image IS NOT NULL);
INSERT OR IGNORE INTO temp.wanted_now
SELECT 'content', image.sample, lost.image, -1, 'content'
FROM temp.lost CROSS JOIN image ON image.id = lost.image WHERE image.sample IS NOT NULL;

-- Against what was wanted. The wants of the lost end when nobody wants those any more.
UPDATE want SET until_scan = :scan
WHERE until_scan IS NULL
  AND EXISTS (
    SELECT 1 FROM temp.want_touched AS touched
    WHERE touched.holder = want.holder AND touched.ordinal = want.ordinal)
  AND holder NOT IN (SELECT image FROM temp.lost)
  AND NOT EXISTS (
    SELECT 1 FROM temp.wanted_now AS now
    WHERE now.kind = want.kind AND now.key = want.key AND now.holder = want.holder
      AND now.ordinal = want.ordinal);
UPDATE want SET until_scan = :scan
WHERE until_scan IS NULL AND holder > 0 AND holder NOT IN (SELECT image FROM temp.lost)
  AND (why = 'below-lost' OR why = 'content' AND ordinal = -1
    OR NOT EXISTS (
      SELECT 1 FROM place WHERE place.image = want.holder AND place.until_scan IS NULL));
INSERT INTO want (kind, key, holder, ordinal, from_scan, why)
SELECT kind, key, holder, ordinal, :scan, why FROM temp.wanted_now AS now
WHERE NOT EXISTS (
  SELECT 1 FROM want
  WHERE want.kind = now.kind AND want.key = now.key AND want.holder = now.holder
    AND want.ordinal = now.ordinal AND want.until_scan IS NULL);

-- Two intervals of one thing that hold at the same time: of each two, the later.

SELECT subject FROM (
  SELECT 'place of image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY directory, name ORDER BY from_scan) AS before_until
  FROM place)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'alias ' || CAST(name AS TEXT) || ' of directory ' || directory || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY directory, name ORDER BY from_scan) AS before_until
  FROM alias)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'directory_state of directory ' || directory || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY directory ORDER BY from_scan) AS before_until
  FROM directory_state)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'image_state of image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM image_state)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'file_state of image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM file_state)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'domain_state of domain ' || domain || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY domain ORDER BY from_scan) AS before_until
  FROM domain_state)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'reference ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY holder, ordinal ORDER BY from_scan) AS before_until
  FROM reference)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'link ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY holder, ordinal ORDER BY from_scan) AS before_until
  FROM link)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'unused of image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM unused)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'foundation ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY holder, ordinal ORDER BY from_scan) AS before_until
  FROM foundation)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'victim ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY holder, ordinal ORDER BY from_scan) AS before_until
  FROM victim)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'want of ' || kind || ' by ' || holder || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY kind, key, holder, ordinal ORDER BY from_scan) AS before_until
  FROM want)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'awaited image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM awaited)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'kept image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM keep)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'acknowledged finding ' || finding || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY finding ORDER BY from_scan) AS before_until
  FROM acknowledgement)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'settled finding ' || finding || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY finding ORDER BY from_scan) AS before_until
  FROM settlement)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'own blocks of image ' || image || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY image ORDER BY from_scan) AS before_until
  FROM own_blocks)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'finding ' || id AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY kind, holder, ordinal ORDER BY from_scan) AS before_until
  FROM finding)
WHERE before_until > from_scan
UNION ALL
SELECT subject FROM (
  SELECT 'room of file system ' || filesystem || ' from scan ' || from_scan AS subject, from_scan,
    lag(coalesce(until_scan, 9223372036854775807)) OVER (
      PARTITION BY filesystem ORDER BY from_scan) AS before_until
  FROM filesystem_state)
WHERE before_until > from_scan

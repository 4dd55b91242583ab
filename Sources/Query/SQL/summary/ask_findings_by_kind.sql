-- Open findings by the pool of their images, the first by name of several, by kind, and by whether somebody knows of
-- them. Of a scan that did not see everything an orphan is unknown.
WITH
  named (id, name) AS MATERIALIZED (SELECT id, name FROM pool_at),
  acknowledged (finding) AS MATERIALIZED (
    SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)
SELECT
  coalesce((
    SELECT min(coalesce(named.name, ''))
    FROM place_at AS place
    LEFT JOIN directory_state_at AS inside ON inside.directory = place.directory
    LEFT JOIN named ON named.id = inside.pool
    WHERE place.image = finding.holder), '') AS pool,
  finding.kind AS kind, finding.id IN (SELECT finding FROM acknowledged) AS known,
  count(*) AS count
FROM finding_at AS finding
WHERE finding.kind <> 'orphan' OR (SELECT sees_orphans FROM scan WHERE id = (SELECT scan FROM asof))
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- Open findings that are told by the pools in which names of their images stand (JSON, a pool for each name), by kind, and
-- by whether somebody knows of them.
WITH
  named (id, name) AS MATERIALIZED (SELECT id, name FROM pool_at),
  acknowledged (finding) AS MATERIALIZED (
    SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)
SELECT
  (SELECT json_group_array(coalesce(named.name, ''))
   FROM place_at AS place
   LEFT JOIN directory_state_at AS inside ON inside.directory = place.directory
   LEFT JOIN named ON named.id = inside.pool
   WHERE place.image = finding.holder) AS pools,
  finding.kind AS kind, finding.id IN (SELECT finding FROM acknowledged) AS known,
  count(*) AS count
FROM told_finding_at AS finding
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

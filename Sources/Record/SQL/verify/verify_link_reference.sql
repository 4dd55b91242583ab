-- Links that still hold without their reference, and references that were never judged.

SELECT 'link ' || ordinal || ' of holder ' || holder || ' without a reference'
FROM link
WHERE until_scan IS NULL AND NOT EXISTS (
  SELECT 1 FROM reference
  WHERE reference.holder = link.holder AND reference.ordinal = link.ordinal
    AND reference.until_scan IS NULL)
UNION ALL
SELECT 'reference ' || ordinal || ' of holder ' || holder || ' without a link'
FROM reference
WHERE until_scan IS NULL AND NOT EXISTS (
  SELECT 1 FROM link
  WHERE link.holder = reference.holder AND link.ordinal = reference.ordinal
    AND link.until_scan IS NULL)

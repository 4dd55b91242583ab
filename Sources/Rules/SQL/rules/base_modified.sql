-- A base that holds something else than overlays were made on. The base is named once, by its number; the last
-- scan that saw another there is the one before the overlays' foundations were written.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'base-modified', victim.base, NULL, json_object(
  'replaced', min(iif(foundation.image <> victim.base, foundation.image, NULL)),
  'until', max(iif(foundation.image <> victim.base, foundation.from_scan - 1, NULL)))
FROM victim JOIN foundation ON foundation.holder = victim.holder
  AND foundation.ordinal = victim.ordinal AND foundation.until_scan IS NULL
WHERE victim.until_scan IS NULL
GROUP BY victim.base;

-- What the rules about broken links look at: links of the images that are judged that do not end at an
-- image of the inventory. One look at each, for all of these rules.
DROP TABLE IF EXISTS temp.stray_link;
CREATE TEMP TABLE stray_link AS
SELECT link.holder, link.ordinal, link.state, link.is_backing, reference.role
FROM temp.touched
CROSS JOIN link ON link.holder = touched.holder
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL
WHERE link.until_scan IS NULL AND link.state NOT IN ('ok', 'unknown') AND link.holder > 0;

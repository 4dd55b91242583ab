-- What each of some open findings rests on: the findings of temp.told_finding, and a text that is another when they
-- are about something else.
DROP TABLE IF EXISTS temp.finding_state;
CREATE TEMP TABLE finding_state (finding INTEGER PRIMARY KEY, state TEXT NOT NULL);
INSERT INTO temp.finding_state
SELECT finding.id, json_array(
  finding.severity, finding.detail, hex(reference.stored), reference.recorded_format,
  link.state, link.target_image, own.format, target.format,
  iif(finding.kind = 'base-modified', image.content, NULL),
  iif(finding.kind = 'base-modified', (
    SELECT count(*) || ' ' || total(victim.holder) FROM victim
    WHERE victim.base = finding.holder AND victim.until_scan IS NULL), NULL))
FROM temp.told_finding CROSS JOIN finding ON finding.id = told_finding.finding
LEFT JOIN image ON image.id = finding.holder
LEFT JOIN image_state AS own ON own.image = finding.holder AND own.until_scan IS NULL
LEFT JOIN reference ON reference.holder = finding.holder AND reference.ordinal = finding.ordinal
  AND reference.until_scan IS NULL
LEFT JOIN link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
  AND link.until_scan IS NULL
LEFT JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE finding.until_scan IS NULL;

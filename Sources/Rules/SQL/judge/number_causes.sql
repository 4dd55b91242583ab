-- Most often those that the scan opened; after an upgrade all that are open. A link's findings go by where it leads,
-- whatever the spelling; what is told in one line by its kind; the rest by whose it is.
DROP TABLE IF EXISTS temp.unnumbered;
CREATE TEMP TABLE unnumbered (id INTEGER PRIMARY KEY, cause_key TEXT NOT NULL);
INSERT INTO temp.unnumbered (id, cause_key)
SELECT finding.id, CASE rule.cause
  WHEN 'kind' THEN finding.kind
  WHEN 'query' THEN finding.kind || ' ' || finding.ordinal
  WHEN 'subject' THEN finding.kind || ' ' || finding.holder
  ELSE iif(rule.cause = 'gone', 'gone', finding.kind) || ' ' || coalesce(
    coalesce(way.canonical, link.directory) || ' ' || hex(link.name), 'of ' || finding.holder)
  END
FROM finding CROSS JOIN temp.rule ON rule.kind = finding.kind
LEFT JOIN link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
  AND link.until_scan IS NULL
LEFT JOIN directory_state AS way ON way.directory = link.directory AND way.until_scan IS NULL
WHERE finding.until_scan IS NULL AND finding.cause_key IS NULL;

UPDATE finding SET cause_key = unnumbered.cause_key
FROM temp.unnumbered WHERE finding.id = unnumbered.id;

-- The number of a cause that is open goes on; else it is that of the first of its findings.
DROP TABLE IF EXISTS temp.cause;
CREATE TEMP TABLE cause (cause_key TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO temp.cause
SELECT cause_key, min(coalesce(cause_number, id)) FROM finding
WHERE until_scan IS NULL AND cause_key IN (SELECT cause_key FROM temp.unnumbered)
GROUP BY cause_key;

UPDATE finding SET cause_number = cause.number
FROM temp.unnumbered CROSS JOIN temp.cause ON cause.cause_key = unnumbered.cause_key
WHERE finding.id = unnumbered.id;

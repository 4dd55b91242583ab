-- Where the directories are that links name: the pool's directory that really is the same.
INSERT OR IGNORE INTO temp.landing (directory, real)
SELECT named.directory, CASE
  WHEN named.pool IS NOT NULL THEN named.directory
  ELSE (
    SELECT min(walked.directory) FROM directory_state AS walked
    WHERE walked.canonical = named.canonical AND walked.until_scan IS NULL
      AND walked.pool IS NOT NULL)
  END
FROM (SELECT DISTINCT directory FROM temp.relink WHERE state IS NULL) AS wanted
JOIN directory_state AS named ON named.directory = wanted.directory
  AND named.until_scan IS NULL;

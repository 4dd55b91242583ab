-- An invalid header.
INSERT INTO temp.judged (kind, holder)
SELECT 'header-malformed', image FROM temp.suspect
WHERE fault IS NOT NULL;

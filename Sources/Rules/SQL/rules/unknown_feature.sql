-- An incompatible feature that is not known here.
INSERT INTO temp.judged (kind, holder)
SELECT 'unknown-feature', image FROM temp.suspect
WHERE unknown_feature IS NOT NULL;

-- Chains longer than allowed, from the walk over those that changed.
INSERT INTO temp.judged (kind, holder, detail)
SELECT 'chain-too-deep', holder, json_object('allowed', :depth)
FROM temp.deep_chain WHERE NOT is_loop AND length > :depth;

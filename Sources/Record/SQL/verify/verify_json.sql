-- Text that is to be JSON and is none.

SELECT 'detail ' || id FROM image_detail WHERE NOT json_valid(json)
UNION ALL
SELECT 'detail of finding ' || id FROM finding WHERE detail IS NOT NULL AND NOT json_valid(detail)
UNION ALL
SELECT 'cause of finding ' || id FROM finding WHERE cause IS NOT NULL AND NOT json_valid(cause)
UNION ALL
SELECT 'detail of reference ' || ordinal || ' of holder ' || holder
FROM reference WHERE detail IS NOT NULL AND NOT json_valid(detail)

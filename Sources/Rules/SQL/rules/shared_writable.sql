-- An image that two domains write to, neither of which says that it may be shared.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'shared-writable', image, NULL FROM temp.domain_link
WHERE is_current AND role = 'disk' AND level = 0 AND part = 'source' AND image IS NOT NULL
  AND NOT is_read_only AND NOT is_shareable AND NOT is_transient
GROUP BY image HAVING count(DISTINCT domain) > 1;

-- Whose findings have to be judged again: images that are new, changed or gone, holders of changed
-- links, and those whose target shows another format now.

INSERT OR IGNORE INTO temp.touched (holder) SELECT image FROM temp.seen WHERE is_first;
INSERT OR IGNORE INTO temp.touched (holder) SELECT image FROM temp.vanished;
INSERT OR IGNORE INTO temp.touched (holder) SELECT holder FROM temp.changed_link;
INSERT OR IGNORE INTO temp.touched (holder)
SELECT image FROM temp.changed_state WHERE is_format;
INSERT OR IGNORE INTO temp.touched (holder)
SELECT link.holder FROM temp.changed_state CROSS JOIN link ON link.target_image = changed_state.image
WHERE changed_state.is_format AND link.until_scan IS NULL;
INSERT OR IGNORE INTO temp.touched (holder) SELECT holder FROM temp.deep_chain;
-- Few, and databases from before there was a finding about them have none.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT holder FROM link
WHERE until_scan IS NULL AND state <> 'ok' AND state = 'invalid' AND holder > 0;

-- What a domain uses, when the domain starts, stops or changes.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT link.target_image FROM temp.changed_domain CROSS JOIN link ON link.holder = changed_domain.domain
WHERE link.target_image IS NOT NULL AND (link.until_scan IS NULL OR link.until_scan = :scan);

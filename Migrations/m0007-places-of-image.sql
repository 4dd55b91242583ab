-- m0007: where an image stands as of a scan, answered by the index alone: it holds the table's key, and with
-- until_scan all that is asked. Half of what a finding costs was the way from the index to the table.

DROP INDEX place_by_image;
CREATE INDEX place_by_image ON place (image, until_scan);

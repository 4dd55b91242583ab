-- m0004: blocks of zeros count by their length alone in samples from now on, and in the contents of large
-- bases. What was digested before compares with nothing any more; every file is read again once.
UPDATE image SET sample = NULL, content = NULL;
UPDATE place SET signature = 0 WHERE until_scan IS NULL;

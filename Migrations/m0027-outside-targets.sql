-- m0027: which file a reference leads to that stands in no pool, so that hosts with other paths can tell that they
-- use the same.

-- As it was looked at; NULL: the reference leads to an image that is known, to nothing, or to what is no regular file.
ALTER TABLE link ADD COLUMN target_filesystem INTEGER;  -- a row of filesystem
ALTER TABLE link ADD COLUMN target_inode INTEGER;       -- unsigned on disk, the same 64 bits here

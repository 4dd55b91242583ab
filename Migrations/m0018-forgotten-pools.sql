-- m0018: a pool that somebody lets go of.

ALTER TABLE pool ADD COLUMN
  until_scan INTEGER;                    -- the first scan that knows it no more, because somebody let go of it;
                                         -- NULL: it is known

-- m0006: a scan that allows longer or shorter chains than the one before has to judge those anew of which no
-- link changed. NULL, as in every older database: all of the pool's chains are judged at its next scan.

ALTER TABLE pool ADD COLUMN
  judged_depth INTEGER;                  -- images in a chain that were allowed when all were last judged

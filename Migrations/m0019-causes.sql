-- m0019: findings that have one cause have its number: it is that of the first of them, stays as long as one of
-- them is open, and is never given to another.

ALTER TABLE finding ADD COLUMN
  cause_key TEXT;                        -- what findings of one cause have in common; NULL: not asked yet
ALTER TABLE finding ADD COLUMN
  cause_number INTEGER;                  -- likewise
CREATE INDEX finding_by_cause ON finding (cause_key) WHERE until_scan IS NULL;
CREATE INDEX finding_without_cause ON finding (kind) WHERE until_scan IS NULL AND cause_key IS NULL;

-- Whether the scan saw all that may use an image. Where it did not, an orphan that was found before stays open, and is
-- told of as unknown.
ALTER TABLE scan ADD COLUMN
  sees_orphans INTEGER NOT NULL DEFAULT 1;

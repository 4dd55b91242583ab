-- A checkpoint whose dirty bitmap no image in the chain of its disk has.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'checkpoint-bitmap-missing', domain, ordinal FROM temp.unmet WHERE kind = 'bitmap';

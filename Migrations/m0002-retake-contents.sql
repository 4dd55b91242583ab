-- m0002: contents of bases are digested without their holes from now on, so that a copy with other
-- holes is the same content. What was digested before compares with nothing any more.
UPDATE image SET content = NULL;

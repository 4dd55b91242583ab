-- A finding that is closed, or rests on something else, is not the one that somebody knew of. temp.finding_state has
-- those that are open.
UPDATE acknowledgement SET until_scan = :scan
WHERE until_scan IS NULL AND (
  ends <= (SELECT started FROM scan WHERE id = :scan)
  OR NOT EXISTS (
    SELECT 1 FROM temp.finding_state
    WHERE finding_state.finding = acknowledgement.finding
      AND finding_state.state = acknowledgement.state));

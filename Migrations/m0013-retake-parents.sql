-- m0013: every name and identity of a parent is taken from now on: VirtualBox's UUIDs in a VMDK, the file of
-- changed blocks beside it, and all the names in a VHD or VHDX. Such images are read again once.
UPDATE place SET signature = 0
WHERE until_scan IS NULL AND image IN (
  SELECT image FROM image_state
  WHERE until_scan IS NULL AND format IN ('vmdk', 'vpc', 'vhdx'));

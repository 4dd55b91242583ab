-- m0016: machines of other keepers than libvirt.

-- Who a machine is where it has no UUID: what its keeper calls it among machines of the kind; NULL: its name.
ALTER TABLE domain ADD COLUMN kind TEXT NOT NULL DEFAULT 'libvirt';
ALTER TABLE domain ADD COLUMN identity TEXT;

-- Whose file it is from which a machine is known ('libvirt', 'pve', 'list', 'qemu', …), and whether a status
-- file of libvirt's says what it uses while it runs.
ALTER TABLE domain_state ADD COLUMN kind TEXT NOT NULL DEFAULT 'libvirt';
ALTER TABLE domain_state ADD COLUMN is_live INTEGER NOT NULL DEFAULT 0;
UPDATE domain_state SET is_live = is_running;

-- A bundle: what one host's database says of its scans after one and up to another. Documentation/bundle.md says what
-- its rows mean. Units and words are those of the host's tables of the same names.
PRAGMA application_id = 1114325614;
PRAGMA user_version = 1;

CREATE TABLE bundle (version INTEGER NOT NULL, database BLOB NOT NULL, generation INTEGER NOT NULL, machine_id TEXT NOT NULL, host_name TEXT NOT NULL, from_scan INTEGER NOT NULL, from_token BLOB, to_scan INTEGER NOT NULL, to_token BLOB NOT NULL, digest_version INTEGER NOT NULL, agent TEXT NOT NULL, created INTEGER NOT NULL, redacted INTEGER NOT NULL) STRICT;

CREATE TABLE filesystem (id INTEGER PRIMARY KEY, identity TEXT NOT NULL) STRICT;
CREATE TABLE pool (id INTEGER PRIMARY KEY, name TEXT NOT NULL, path BLOB NOT NULL, origin TEXT NOT NULL, not_visited TEXT, filesystem INTEGER, inode INTEGER, birth_time INTEGER, until_scan INTEGER) STRICT;
CREATE TABLE former_pool (pool INTEGER NOT NULL, until_scan INTEGER NOT NULL, name TEXT NOT NULL, not_visited TEXT, path BLOB, PRIMARY KEY (pool, until_scan)) STRICT, WITHOUT ROWID;

CREATE TABLE directory (id INTEGER PRIMARY KEY, path BLOB NOT NULL) STRICT;
CREATE TABLE domain (id INTEGER PRIMARY KEY, uuid TEXT, name TEXT NOT NULL, kind TEXT NOT NULL, identity TEXT) STRICT;
CREATE TABLE image_detail (id INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE content (id INTEGER PRIMARY KEY, method INTEGER NOT NULL, level INTEGER NOT NULL, ladder BLOB NOT NULL) STRICT;
CREATE TABLE ownership (id INTEGER PRIMARY KEY, "user" INTEGER NOT NULL, "group" INTEGER NOT NULL, mode INTEGER NOT NULL) STRICT;

CREATE TABLE scan (id INTEGER PRIMARY KEY, state TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL, is_forgotten INTEGER NOT NULL, has_domains INTEGER NOT NULL, is_whole INTEGER NOT NULL, max_depth INTEGER NOT NULL, grace INTEGER NOT NULL, grace_age INTEGER NOT NULL, sees_users INTEGER NOT NULL, claims_rule INTEGER NOT NULL, sees_orphans INTEGER NOT NULL, is_measured INTEGER NOT NULL, images INTEGER NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL, moved INTEGER NOT NULL, changed INTEGER NOT NULL, replaced INTEGER NOT NULL, unchanged INTEGER NOT NULL, unreadable INTEGER NOT NULL, findings_open INTEGER NOT NULL, findings_opened INTEGER NOT NULL, findings_closed INTEGER NOT NULL, token BLOB) STRICT;
CREATE TABLE pool_scan (pool INTEGER NOT NULL, scan INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, images INTEGER NOT NULL, scope TEXT NOT NULL, PRIMARY KEY (pool, scan)) STRICT, WITHOUT ROWID;
CREATE TABLE shared_pool (scan INTEGER NOT NULL, pool INTEGER NOT NULL, directory BLOB NOT NULL, type TEXT NOT NULL, PRIMARY KEY (scan, pool)) STRICT, WITHOUT ROWID;
CREATE TABLE scan_image (scan INTEGER NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (scan, image)) STRICT, WITHOUT ROWID;
CREATE TABLE scan_change (scan INTEGER NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (scan, image)) STRICT, WITHOUT ROWID;

CREATE TABLE image (id INTEGER PRIMARY KEY, first_scan INTEGER NOT NULL, filesystem INTEGER NOT NULL, inode INTEGER NOT NULL, birth_time INTEGER, sample INTEGER, content INTEGER, accepted_format TEXT, accepted_scan INTEGER, revised_scan INTEGER) STRICT;

CREATE TABLE place (directory INTEGER NOT NULL, name BLOB NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, image INTEGER NOT NULL, PRIMARY KEY (directory, name, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE alias (directory INTEGER NOT NULL, name BLOB NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, link_text BLOB NOT NULL, target_directory INTEGER, target_name BLOB, PRIMARY KEY (directory, name, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE directory_state (directory INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, pool INTEGER, filesystem INTEGER, canonical INTEGER, is_mount_point INTEGER NOT NULL, PRIMARY KEY (directory, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE filesystem_state (filesystem INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, capacity INTEGER NOT NULL, available INTEGER NOT NULL, PRIMARY KEY (filesystem, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE image_state (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, kind TEXT NOT NULL, format TEXT NOT NULL, content TEXT, virtual_size INTEGER, cluster_size INTEGER, is_encrypted INTEGER NOT NULL, is_dirty INTEGER NOT NULL, is_corrupt INTEGER NOT NULL, unknown_feature TEXT, fault TEXT, detail INTEGER, header_digest INTEGER NOT NULL, own_uuid TEXT, own_mark TEXT, parent_mark TEXT, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE file_state (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, file_size INTEGER NOT NULL, actual_size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL, is_in_use INTEGER NOT NULL, is_readable INTEGER NOT NULL, links INTEGER, ownership INTEGER, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE domain_state (domain INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, source BLOB NOT NULL, is_running INTEGER NOT NULL, kind TEXT NOT NULL, is_live INTEGER NOT NULL, PRIMARY KEY (domain, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE reference (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, role TEXT NOT NULL, stored BLOB NOT NULL, recorded_format TEXT, format_in_reference TEXT, detail TEXT, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE link (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, directory INTEGER, name BLOB, target_image INTEGER, is_backing INTEGER NOT NULL, state TEXT NOT NULL, target_filesystem INTEGER, target_inode INTEGER, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE unused (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, last_user BLOB, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE awaited (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, strength TEXT NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE want (kind TEXT NOT NULL, key ANY NOT NULL, holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, why TEXT NOT NULL, PRIMARY KEY (kind, key, holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE foundation (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, image INTEGER NOT NULL, content INTEGER, stored BLOB NOT NULL, mark TEXT, actual_size INTEGER, sample INTEGER, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE victim (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, base INTEGER NOT NULL, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE own_blocks (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, bytes INTEGER, names INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE finding (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, severity TEXT NOT NULL, holder INTEGER NOT NULL, ordinal INTEGER, from_scan INTEGER NOT NULL, until_scan INTEGER, last_good INTEGER, detail TEXT, cause TEXT, cause_number INTEGER) STRICT;
CREATE TABLE problem (id INTEGER PRIMARY KEY, pool INTEGER, path BLOB NOT NULL, message TEXT NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER) STRICT;

CREATE TABLE ended_place (directory INTEGER NOT NULL, name BLOB NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (directory, name, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_alias (directory INTEGER NOT NULL, name BLOB NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (directory, name, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_directory_state (directory INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (directory, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_filesystem_state (filesystem INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (filesystem, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_image_state (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_file_state (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_domain_state (domain INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (domain, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_reference (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_link (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_unused (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_awaited (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_want (kind TEXT NOT NULL, key ANY NOT NULL, holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (kind, key, holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_foundation (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_victim (holder INTEGER NOT NULL, ordinal INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (holder, ordinal, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_own_blocks (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER NOT NULL, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE ended_finding (id INTEGER PRIMARY KEY, until_scan INTEGER NOT NULL) STRICT;
CREATE TABLE ended_problem (id INTEGER PRIMARY KEY, until_scan INTEGER NOT NULL) STRICT;

CREATE TABLE acknowledgement (finding INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, who TEXT NOT NULL, is_rule INTEGER NOT NULL, said INTEGER NOT NULL, reason TEXT, ends INTEGER, PRIMARY KEY (finding, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE keep (image INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, who TEXT NOT NULL, is_rule INTEGER NOT NULL, said INTEGER NOT NULL, reason TEXT, ends INTEGER, PRIMARY KEY (image, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE settlement (finding INTEGER NOT NULL, from_scan INTEGER NOT NULL, until_scan INTEGER, who TEXT NOT NULL, said INTEGER NOT NULL, reason TEXT, kind TEXT NOT NULL, holder INTEGER NOT NULL, ordinal INTEGER, applied INTEGER, PRIMARY KEY (finding, from_scan)) STRICT, WITHOUT ROWID;
CREATE TABLE lifted (finding INTEGER PRIMARY KEY, scan INTEGER NOT NULL) STRICT;

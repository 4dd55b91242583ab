-- Who may what: backstory_dashboard sees the views, backstory_reader asks, backstory_importer takes bundles as well. They are
-- groups, to be granted to roles that log in. They belong to the whole server; where this role may not make them, its own may
-- do all.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_reader') THEN
    CREATE ROLE backstory_reader NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_importer') THEN
    CREATE ROLE backstory_importer NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_dashboard') THEN
    CREATE ROLE backstory_dashboard NOLOGIN;
  END IF;
-- Or somebody else makes them just now.
EXCEPTION WHEN insufficient_privilege OR unique_violation OR duplicate_object THEN
  RAISE NOTICE 'roles are not made';
END $$;
DO $$
DECLARE
  reader text;
BEGIN
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA backstory FROM PUBLIC;
  FOR reader IN SELECT rolname FROM pg_catalog.pg_roles
    WHERE rolname IN ('backstory_reader', 'backstory_importer') LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA backstory TO %I', reader);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA backstory TO %I', reader);
    EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA backstory TO %I', reader);
  END LOOP;
  -- What lists all tables that it may read is not to list hundreds.
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_dashboard') THEN
    GRANT USAGE ON SCHEMA backstory TO backstory_dashboard;
    GRANT SELECT ON backstory.fleet_hosts, backstory.fleet_images, backstory.fleet_references, backstory.fleet_open_findings,
      backstory.fleet_storages, backstory.fleet_scans, backstory.fleet_findings_by_scan TO backstory_dashboard;
    GRANT EXECUTE ON FUNCTION backstory.shown(bytea) TO backstory_dashboard;
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'backstory_importer') THEN
    GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA backstory TO backstory_importer;
    REVOKE INSERT, UPDATE, DELETE ON backstory.schema_version FROM backstory_importer;
    REVOKE INSERT, UPDATE, DELETE ON backstory.storage_viewer FROM backstory_importer;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO backstory_importer', current_database());
  END IF;
END $$;

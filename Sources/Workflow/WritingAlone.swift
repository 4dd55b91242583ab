internal import Host
internal import Model
internal import Record

/// Opens a database for what is no scan, and holds its lock for as long as `change` runs.
func writingAlone<Answer>(
  to database: PathBytes, as command: String, waits: Bool, stop: StopSignal,
  _ change: (InventoryWriter) throws -> Answer
) throws -> Answer {
  try write(
    to: database, change,
    holding: DatabaseLock(on: database, owner: "backstory \(command)", waits: waits, stop: stop))
}

private func write<Answer>(
  to database: PathBytes, _ change: (InventoryWriter) throws -> Answer,
  holding _: borrowing DatabaseLock
) throws -> Answer {
  let identity = try HostIdentity.current()
  return try change(
    InventoryWriter(writing: database, machineID: identity.machineID, hostName: identity.name))
}

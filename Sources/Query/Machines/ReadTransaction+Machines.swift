public import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

extension ReadTransaction {
  /// All machines in byte order of their names, each with what it uses.
  func machines() throws -> [MachineSummary] {
    let found = try Array(
      rows(StatementText.text(PackageResources.ask_machines_sql))
        .map { $0.copy() })
    var machines: [MachineSummary] = []
    var last: Int64?
    for row in found {
      let id: Int64 = row["id"]
      if id != last {
        machines.append(
          MachineSummary(
            name: row["name"], kind: row["kind"], identity: row["identity"], uuid: row["uuid"],
            source: PathBytes(row["source"] as Data), isRunning: row["is_running"], uses: []))
        last = id
      }
      if let use = try use(row) { machines[machines.count - 1].uses.append(use) }
    }
    return machines
  }

  private func use(_ row: Row) throws -> MachineSummary.Use? {
    guard let text = row["role"] as String?, let role = ReferenceRole(rawValue: text) else {
      return nil
    }
    let use = try DomainUse(json: row["detail"])
    let stored = Array(row["stored"] as Data)
    var target = ReferenceTarget(type: .file)
    target.path = stored.first == UInt8(ascii: "/") ? stored : nil
    if let elsewhere = use.elsewhere { target = elsewhere.target(path: target.path) }
    var answer = MachineSummary.Use(
      role: role, target: target.withoutSecrets, format: row["recorded_format"], use: use,
      state: (row["state"] as String?).flatMap(LinkState.init))
    if let image = row["target_image"] as Int64?, let place = try primaryPlace(of: image) {
      answer.image = (place, image)
    }
    return answer
  }
}

extension InventoryView {
  /// All machines in byte order of their names, each with what it uses.
  public func machines() throws(StoreFault) -> [MachineSummary] {
    try reading { try $0.machines() }
  }

  /// Whether every source of machines was seen whole in this scan.
  public func knowsAllMachines() throws(StoreFault) -> Bool {
    try reading {
      try $0.value("SELECT has_domains FROM scan WHERE id = (SELECT scan FROM asof)") ?? false
    }
  }
}

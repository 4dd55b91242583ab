internal import Claims
public import Database
public import Model
internal import Query
public import Record
package import Rules

extension InventoryWriter {
  /// Opens the database, makes it where there is none, and brings it up to date.
  public convenience init(
    writing file: PathBytes, machineID: String, hostName: String
  ) throws(StoreFault) {
    try self.init(writing: file, machineID: machineID, hostName: hostName, rules: Rule.all)
  }

  /// The same, to judge by other rules than those that there are.
  package convenience init(
    writing file: PathBytes, machineID: String, hostName: String, rules: [Rule],
    inBulk isBulk: Bool = InventoryWriter.isBulkWanted
  ) throws(StoreFault) {
    try self.init(
      writing: file, machineID: machineID, hostName: hostName, judgedBy: .judging(by: rules),
      inBulk: isBulk)
  }
}

extension NightJudge {
  /// Who judges by some rules.
  fileprivate static func judging(by rules: [Rule]) -> NightJudge {
    let looks = FirstLooks(rules)
    return NightJudge(
      isRemarkable: looks.isRemarkable,
      judge: { night in
        let judgement = NightJudgement(night, by: rules)
        try judgement.collect()
        // The rules go by who needs what, and by what the scan could see.
        try ClaimJudgement(night).run()
        return try judgement.judge()
      },
      compare: { night in
        try Comparison(night).map { comparison in
          NightJudge.Changes(
            isAnyPoolRenamed: comparison.isAnyPoolRenamed, of: comparison.kinds)
        }
      })
  }
}

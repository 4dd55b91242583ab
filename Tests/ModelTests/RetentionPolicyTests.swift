import Model
import Testing

@Suite struct RetentionPolicyTests {
  /// Scans 1, 2, …, each finished so many hours after 1970 began, which was on a Thursday.
  private func scans(_ hours: [Int64]) -> [ScanPoint] {
    hours.enumerated().map {
      ScanPoint(scan: Int64($0.offset) + 1, time: Moment(milliseconds: $0.element * 3_600_000))
    }
  }

  @Test func `the newest scan is kept even by a policy that keeps nothing`() {
    let policy = RetentionPolicy()
    #expect(!policy.keepsAnything)
    #expect(policy.kept(of: scans([0, 1, 2])) == [3])
    #expect(policy.kept(of: []) == [])
  }

  @Test func `the last scan of each of the last days that have one is kept`() {
    var policy = RetentionPolicy()
    policy.daily = 2
    #expect(policy.kept(of: scans([1, 2, 25, 26, 100])) == [4, 5])
  }

  @Test func `weeks begin on Monday`() {
    var policy = RetentionPolicy()
    policy.weekly = 2
    // Sunday 4 January, 23:00; Monday 5 January, 00:00; Sunday 11 January.
    #expect(policy.kept(of: scans([95, 96, 240])) == [1, 3])
  }

  @Test func `months are those of the calendar`() {
    var policy = RetentionPolicy()
    policy.monthly = 3
    // 31 January, 23:00; 1 February, 00:00; 28 February, 23:00; 1 March, 00:00.
    #expect(policy.kept(of: scans([743, 744, 1415, 1416])) == [1, 3, 4])
  }

  @Test func `what one rule keeps, another does not take away`() {
    var policy = RetentionPolicy()
    policy.last = 2
    policy.monthly = 2
    #expect(policy.kept(of: scans([1, 2, 800, 801])) == [2, 3, 4])
  }
}

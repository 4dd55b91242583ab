package import GRDB
package import Model

/// A scan that is reconciled and not committed yet: what whoever judges it has to know.
///
/// What reconciles hands it on and the rules take it, within one transaction of one connection.
package struct ReconciledScan {
  /// What was noted of images when they were read, so that nobody has to look for it; those that a rule wants to see
  /// for what they say themselves are in `temp.touched` then.
  package struct Noted {
    /// The chains of all images.
    package let chains: BackingLinks
    /// Whether more than one format was met: without, none can be another than is recorded.
    package let hasSeveralFormats: Bool

    /// What was noted.
    package init(chains: BackingLinks, hasSeveralFormats: Bool) {
      self.chains = chains
      self.hasSeveralFormats = hasSeveralFormats
    }
  }

  /// The connection, within the scan's transaction.
  package let database: Database
  /// The scan's number.
  package let scan: Int64
  /// Images in a chain beyond which it is too deep.
  package var maxDepth: Int64 = 16
  /// Complete scans before an unused image is an orphan.
  package var grace: Int64 = 0
  /// Milliseconds that lie at least between the first and the last of those scans.
  package var graceAge: Int64 = 0
  /// The numbers of the pools that the scan's rules are in force for, all of them.
  package var pools: [Int64] = []
  /// The numbers of those that this scan saw whole.
  package var wholePools: [Int64] = []
  /// Whether every pool that is known was seen whole.
  package var isCovered = false
  /// Whether machines were asked for.
  package var areDomainsAsked = false
  /// The configuration's own queries.
  package var queries: [SavedQuery] = []
  /// What was noted in passing; `nil`: nothing was, and what changed is to be looked through.
  package var noted: Noted?

  /// A scan with nothing said of it yet.
  package init(_ database: Database, scan: Int64) {
    self.database = database
    self.scan = scan
  }
}

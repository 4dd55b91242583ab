/// The kinds of change of the contract.
public enum ChangeKind: String, Sendable, Hashable {
  case added, removed, moved, changed, replaced
}

/// What the program calls itself in its complaints.
enum ProgramName {
  static let text = "backstory"
}

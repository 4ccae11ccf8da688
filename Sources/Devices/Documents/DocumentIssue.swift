/// A fault in a file that a person wrote: where it is, what was read, and what to write instead.
public struct DocumentIssue: Error, Hashable, Sendable {
  public var file: String
  /// 1-based; 0 where the fault belongs to the whole file.
  public var line: Int
  public var column: Int
  /// What is wrong.
  public var problem: String
  /// What to write instead.
  public var remedy: String

  public init(file: String, line: Int, column: Int, problem: String, remedy: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
    self.remedy = remedy
  }
}

extension DocumentIssue: CustomStringConvertible {
  public var description: String { "\(file):\(line):\(column): \(problem). \(remedy)." }
}

/// All the faults of one file, in the order of their places.
public struct DocumentIssues: Error, Hashable, Sendable, CustomStringConvertible {
  public var issues: [DocumentIssue]

  public init(_ issues: [DocumentIssue]) {
    self.issues = issues.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
  }

  public var description: String { issues.map(\.description).joined(separator: "\n") }
}

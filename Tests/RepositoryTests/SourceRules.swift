/// Rules that no compiler checks, as functions from a file to what breaks them.
enum SourceRules {
  /// Terms that step outside what the compiler proves; each needs its reason in a comment beside it.
  static let unprovenTerms = ["try?", "try!", "as!", "fatalError(", "@unchecked Sendable", "nonisolated(unsafe)"]
  /// How SQL shows: GRDB's argument label and the statements themselves.
  static let sqlTerms = [
    "sql:", "PRAGMA ", "SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "CREATE TRIGGER ", "DROP TABLE ",
  ]
  /// Longest file in Sources, in lines.
  static let longestSource = 450
  /// Longest README at the top, in lines.
  static let longestReadme = 149
  // Put together here, so that this file does not break the rule itself.
  static let unfinishedMarkers = ["TO" + "DO", "FIX" + "ME"]
  static let developerPaths = ["home", "Users", "work", "root"].map { "/" + $0 + "/" }

  /// The reason stands on the same line or on one of the two lines above.
  static func unexplained(in file: SourceFile) -> [Finding] {
    let lines = file.lines.map(CodeLine.init)
    return lines.indices.flatMap { index -> [Finding] in
      let terms = unprovenTerms.filter(lines[index].uses)
      let explained = lines[max(0, index - 2)...index].contains { $0.comment.map { !$0.isEmpty } ?? false }
      return explained
        ? [] : terms.map { Finding(path: file.path, line: index + 1, problem: "\($0) without its reason") }
    }
  }

  static func sql(in file: SourceFile) -> [Finding] {
    findings(in: file) { line in
      sqlTerms.first(where: CodeLine(line).uses).map { "SQL (\($0)); only Sources/Ledger speaks to the database" }
    }
  }

  static func tooLong(_ file: SourceFile, maximumLines: Int) -> [Finding] {
    guard file.lines.count > maximumLines else { return [] }
    return [
      Finding(
        path: file.path, line: file.lines.count, problem: "\(file.lines.count) lines; at most \(maximumLines)")
    ]
  }

  static func unfinished(in file: SourceFile) -> [Finding] {
    findings(in: file) { line in
      unfinishedMarkers.first(where: line.contains).map { "\($0): finish it, or write it down as an issue" }
    }
  }

  /// A path into somebody's own folders, at the start of a path: `/tmp/a/root/b` and `https://host/work/` are none.
  static func developerPaths(in file: SourceFile) -> [Finding] {
    findings(in: file) { line in
      developerPaths.first { startsPath($0, in: line) }.map { "\($0)… exists on one machine only" }
    }
  }

  private static func startsPath(_ prefix: String, in line: String) -> Bool {
    var rest = line[...]
    while let found = rest.firstRange(of: prefix) {
      let before = found.lowerBound == line.startIndex ? " " : line[line.index(before: found.lowerBound)]
      if !before.isLetter, !before.isNumber, !"._-/)}".contains(before) || line[..<found.lowerBound].hasSuffix("//") {
        return true
      }
      rest = line[found.upperBound...]
    }
    return false
  }

  private static func findings(in file: SourceFile, _ problem: (String) -> String?) -> [Finding] {
    file.lines.enumerated().compactMap { index, line in
      problem(line).map { Finding(path: file.path, line: index + 1, problem: $0) }
    }
  }
}

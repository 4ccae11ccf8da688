/// The modules that a file imports.
enum ImportLine {
  private static let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "actor", "func", "var", "let", "typealias",
  ]

  /// Line numbers from 1 and module names; a submodule counts as its module.
  static func all(in file: SourceFile) -> [(line: Int, module: String)] {
    var found: [(line: Int, module: String)] = []
    for (index, line) in file.lines.enumerated() where line.contains("import") {
      for statement in CodeLine(line).code.split(separator: ";") {
        if let module = module(of: statement) { found.append((index + 1, module)) }
      }
    }
    return found
  }

  /// Nil where the statement is no import.
  static func module(of statement: Substring) -> String? {
    var words = statement.split(whereSeparator: \.isWhitespace)[...]
    while let word = words.first, word.hasPrefix("@") || access.contains(word) { words = words.dropFirst() }
    guard words.popFirst() == "import" else { return nil }
    if let word = words.first, kinds.contains(word) { words = words.dropFirst() }
    guard let name = words.first?.split(separator: ".").first else { return nil }
    return String(name.filter { $0 != "`" })
  }
}

import Testing

@Suite struct SourceRulesTests {
  // MARK: The repository

  @Test func whatTheCompilerCannotProveHasItsReason() throws {
    let findings = try Repository.swiftFiles(below: "Sources").flatMap(SourceRules.unexplained)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func onlyTheLedgerSpeaksSQL() throws {
    let files = try Repository.swiftFiles(below: "Sources")
    let findings = files.filter { !$0.path.hasPrefix("Sources/Ledger/") }.flatMap(SourceRules.sql)
    #expect(findings.isEmpty, "\(report(findings))")
    #expect(!files.filter { $0.path.hasPrefix("Sources/Ledger/") }.flatMap(SourceRules.sql).isEmpty)
  }

  @Test func filesAreShort() throws {
    var findings = try Repository.files(below: "Sources").flatMap {
      SourceRules.tooLong($0, maximumLines: SourceRules.longestSource)
    }
    findings += SourceRules.tooLong(try Repository.file("README.md"), maximumLines: SourceRules.longestReadme)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func nothingIsMarkedUnfinished() throws {
    let findings = try Repository.everyFile().flatMap(SourceRules.unfinished)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func noPathPointsIntoSomebodysFolders() throws {
    let findings = try Repository.everyFile().flatMap(SourceRules.developerPaths)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  // MARK: The checker itself

  @Test(arguments: SourceRules.unprovenTerms)
  func anUnexplainedTermIsFound(term: String) {
    let bad = SourceFile(path: "a.swift", text: "// far away\nlet a = 1\nlet b = 2\nlet c = \(term) d)\n")
    #expect(
      SourceRules.unexplained(in: bad) == [Finding(path: "a.swift", line: 4, problem: "\(term) without its reason")])
    for good in [
      "let c = \(term) d)  // the reason", "// The reason.\nlet c = \(term) d)",
      "// The reason.\nlet b = 2\n\(term) d)",
      "// A comment that names \(term).", "let c = x\(term.first == "@" ? "" : term) d)",
    ] where !(good.hasPrefix("let c = x") && term.first == "n") {
      #expect(SourceRules.unexplained(in: SourceFile(path: "a.swift", text: good)).isEmpty, "\(good)")
    }
  }

  @Test(arguments: ["func a() -> Entry? {", "let atlas! = 1", "retry?.go()", "logFatalError(a)"])
  func longerWordsAreNotTheTerm(line: String) {
    #expect(SourceRules.unexplained(in: SourceFile(path: "a.swift", text: line)).isEmpty)
  }

  @Test func anEmptyCommentIsNoReason() {
    #expect(SourceRules.unexplained(in: SourceFile(path: "a.swift", text: "let a = try? b()  //")).count == 1)
  }

  @Test(arguments: ["https://host/a", "say \\\"//\\\" twice"])
  func slashesInAStringAreNoComment(text: String) {
    let line = CodeLine("let a = \"\(text)\"  // why")
    #expect(line.code == "let a = \"\(text)\"  ")
    #expect(line.comment == "why")
    #expect(SourceRules.unexplained(in: SourceFile(path: "a.swift", text: "try? f(\"\(text)\")")).count == 1)
  }

  @Test(arguments: [
    "try db.execute(sql: text)", "let a = \"PRAGMA journal_mode\"", "let a = \"SELECT name FROM event\"",
    "let a = \"INSERT INTO event\"",
  ])
  func sqlIsFound(line: String) {
    #expect(SourceRules.sql(in: SourceFile(path: "a.swift", text: "\n" + line)).map(\.line) == [2])
  }

  @Test(arguments: ["// SELECT is the ledger's word", "case selected", "let mysql: Int"])
  func otherTextIsNoSQL(line: String) {
    #expect(SourceRules.sql(in: SourceFile(path: "a.swift", text: line)).isEmpty)
  }

  @Test func aLongFileIsFound() {
    let file = SourceFile(path: "a.swift", text: String(repeating: "a\n", count: 4))
    #expect(SourceRules.tooLong(file, maximumLines: 3).map(\.line) == [4])
    #expect(SourceRules.tooLong(file, maximumLines: 4).isEmpty)
  }

  @Test(arguments: SourceRules.unfinishedMarkers)
  func aMarkerIsFound(marker: String) {
    #expect(SourceRules.unfinished(in: SourceFile(path: "a.yaml", text: "a\n# \(marker) later")).map(\.line) == [2])
  }

  @Test(arguments: SourceRules.developerPaths)
  func aDeveloperPathIsFound(path: String) {
    for bad in ["cd \(path)ann/lotwire", "\"\(path)a\"", "file://\(path)a", "\(path)a"] {
      #expect(SourceRules.developerPaths(in: SourceFile(path: "a", text: bad)).count == 1, "\(bad)")
    }
    for good in ["/var/lib\(path)a", "https://host\(path)a", "../\(path.dropFirst())a", "orders\(path)status"] {
      #expect(SourceRules.developerPaths(in: SourceFile(path: "a", text: good)).isEmpty, "\(good)")
    }
  }
}

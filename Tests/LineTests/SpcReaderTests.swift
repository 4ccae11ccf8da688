import Testing

@testable import lotwire

@Suite("CSV files of samples")
struct SpcReaderTests {
  private static func records(_ text: String, _ separator: CSVReader.Separator? = nil) throws -> [[String]] {
    var reader = try CSVReader(Array(text.utf8), file: "data.csv", separator: separator)
    var found: [[String]] = []
    while let record = try reader.next() { found.append(record.cells) }
    return found
  }

  @Test(
    "RFC 4180: quotes, line breaks in cells, CR LF, no last line feed, a byte order mark",
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("\u{FEFF}a,b\n", [["a", "b"]]), ("a\rb\r", [["a"], ["b"]]), ("\"a,b\",c\n", [["a,b", "c"]]),
      ("\"a\r\nb\",\"c\"\"d\"\"\"\n", [["a\r\nb", "c\"d\""]]), ("a,,\n", [["a", "", ""]]), ("a,", [["a", ""]]),
      ("\n\n1\n", [[""], [""], ["1"]]), ("\"\",x\n", [["", "x"]]), ("a;b,c\n", [["a", "b,c"]]),
      ("a\tb,c\n", [["a", "b,c"]]), ("\"a;b\",c\n", [["a;b", "c"]]), ("5\" pipe,1\n", [["5\" pipe", "1"]]),
      ("", []), ("重量,值\n", [["重量", "值"]]),
    ] as [(String, [[String]])])
  func reading(text: String, cells: [[String]]) throws { #expect(try Self.records(text) == cells) }

  @Test("a chosen separator goes before the found one")
  func chosenSeparator() throws { #expect(try Self.records("a;b,c", .comma) == [["a;b", "c"]]) }

  @Test(
    "what is no CSV is refused with its line and a remedy",
    arguments: [
      ("a\n\"b\nc", "data.csv:2: a quotation mark is opened and never closed."),
      ("a\n\"b\" c\n", "data.csv:2: text follows a closing quotation mark."),
      ("a\nb\u{0}\n", "data.csv:2: the text is not UTF-8."),
    ])
  func refused(text: String, message: String) {
    #expect { try Self.records(text) } throws: { "\($0)".hasPrefix(message) && "\($0)".count > message.count }
  }

  @Test("other encodings and endless cells are named")
  func encodings() {
    #expect(throws: DataFault.self) { try CSVReader([0xFF, 0xFE, 0x31, 0], file: "x") }
    #expect { () throws -> Void in
      var reader = try CSVReader([0x31, 0xB5, 0x0A], file: "x")
      _ = try reader.next()
    } throws: { "\($0)".contains("x:1: the text is not UTF-8.") }
    let long = "\"" + String(repeating: "a", count: CSVReader.maximumCellBytes + 1)
    #expect { try Self.records(long) } throws: { "\($0)".contains("more than \(CSVReader.maximumCellBytes) bytes") }
    let wide = String(repeating: ",", count: CSVReader.maximumCells)
    #expect { try Self.records(wide) } throws: { "\($0)".contains("more than \(CSVReader.maximumCells) cells") }
  }

  @Test(
    "numbers",
    arguments: [
      ("1", .comma, 1), (" -2.5 ", .comma, -2.5), ("+.5", .comma, 0.5), ("1e3", .comma, 1000), ("1.5E-3", .tab, 0.0015),
      ("12,5", .semicolon, 12.5), ("12.5", .semicolon, 12.5), ("\u{A0}7", .comma, 7),
    ] as [(String, CSVReader.Separator, Double)])
  func numbers(text: String, separator: CSVReader.Separator, value: Double) {
    var numbers = CSVNumber(separator: separator)
    #expect(numbers.read(text) == .number(value))
  }

  @Test(
    "no numbers",
    arguments: [
      ("abc", "which is no number"), ("12 mm", "which is no number"), ("<0.1", "which is no number"),
      ("NaN", "is no measured value"), ("-inf", "is no measured value"), ("#N/A", "is no measured value"),
      ("1e999", "is too large"), ("12,5", "decimal comma"), ("1,234.5", "more than one decimal mark"),
      ("0x1F", "which is no number"), ("1e", "which is no number"), ("--1", "which is no number"), (".", "no number"),
      ("１２", "which is no number"), ("5%", "which is no number"),
    ])
  func noNumbers(text: String, problem: String) {
    var numbers = CSVNumber(separator: .comma)
    guard case .refused(let found, let remedy) = numbers.read(text) else {
      Issue.record("\(text) was taken")
      return
    }
    #expect(found.contains(problem) && !remedy.isEmpty, "\(found)")
  }

  @Test("one file has one decimal mark")
  func decimalMarks() {
    var numbers = CSVNumber(separator: .semicolon)
    #expect(numbers.read("") == .empty)
    #expect(numbers.read("1,5") == .number(1.5))
    guard case .refused(let problem, _) = numbers.read("1.234") else {
      Issue.record("a point beside a comma was taken")
      return
    }
    #expect(problem.contains("other numbers of the file are written with \",\""))
  }

  @Test("a header is a first row without a number, unless told; columns go by name or number")
  func header() throws {
    func file(_ text: String, _ hasHeader: Bool? = nil) throws -> DataFile {
      try DataFile(CSVReader(Array(text.utf8), file: "data.csv"), hasHeader: hasHeader)
    }
    #expect(try file("a,b\n1,2").header == ["a", "b"])
    #expect(try file("a,1\nb,2").header == nil)
    #expect(try file("a,1\nb,2", true).header == ["a", "1"])
    #expect(try file("a,b\nc,d", false).header == nil)
    let columns = try file("Force,force 2,\"T, C\"\n1,2,3")
    #expect(try columns.index(of: "force", option: "--value") == 0)
    #expect(try columns.index(of: "T, C", option: "--value") == 2)
    #expect(try columns.index(of: "2", option: "--value") == 1)
    #expect { try columns.index(of: "4", option: "--value") } throws: { error in
      guard let failure = error as? CommandFailure else { return false }
      return failure.status == 64 && failure.text.contains("1 \"Force\", 2 \"force 2\"")
    }
    #expect(throws: CommandFailure.self) { try file("a,a\n1,2").index(of: "a", option: "--value") }
  }

  @Test("an empty line is a gap in a file of one column before another value, and nothing elsewhere")
  func emptyLines() throws {
    func rows(_ text: String) throws -> [[String]] {
      var file = try DataFile(CSVReader(Array(text.utf8), file: "data.csv"), hasHeader: nil)
      var found: [[String]] = []
      while let record = try file.next() { found.append(record.cells) }
      return found
    }
    #expect(try rows("1\n\n\n2\n\n") == [["1"], [""], [""], ["2"]])
    #expect(try rows("1,2\n\n3,4\n\n") == [["1", "2"], ["3", "4"]])
    #expect { try rows("1,2\n3\n") } throws: { "\($0)".hasPrefix("data.csv:2: the row has 1 cells, the first row 2") }
  }
}

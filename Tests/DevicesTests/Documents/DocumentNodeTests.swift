import Devices
import Testing

@Suite struct DocumentNodeTests {
  private func issues(_ text: String, read: (DocumentNode) -> Void) throws -> [DocumentIssue] {
    let (root, collector) = try DocumentNode.parse(text, file: "plant.yaml")
    read(root)
    return collector.issues
  }

  @Test func anUnknownKeyIsReportedWhereItStandsWithTheNearestKey() throws {
    let found = try issues("name: a\nstation:\n  adress: 1\n") { root in
      root["station"]?.allowKeys(["address", "unit"])
    }
    #expect(found.count == 1)
    #expect(found.first?.line == 3)
    #expect(found.first?.column == 3)
    #expect(found.first?.problem == "station: the key \"adress\" is not known here")
    #expect(found.first?.remedy.contains("\"address\"") == true)
  }

  @Test func everyFaultIsReportedNotOnlyTheFirst() throws {
    let found = try issues("a: x\nb: 70000\nc: maybe\nd: [1, y]\n") { root in
      #expect(root["a"]?.number("Write a number") == nil)
      #expect(root["b"]?.integer(in: 0...65_535, "Write an address") == nil)
      #expect(root["c"]?.flag("Write true or false") == nil)
      let list = root["d"]?.elements("Write a list") ?? []
      #expect(list.map { $0.integer(in: 0...9, "Write a digit") } == [1, nil])
      #expect(root.required("e", "Write e") == nil)
    }
    #expect(found.map(\.line) == [1, 2, 3, 4, 1])
    #expect(found.map(\.column) == [4, 4, 4, 8, 1])
    #expect(found[3].problem == "d[1]: \"y\" is not a whole number")
  }

  @Test func hexadecimalNumbersAreRead() throws {
    let found = try issues("a: 0x1024\n") { root in
      #expect(root["a"]?.integer(in: 0...65_535, "Write an address") == 0x1024)
    }
    #expect(found.isEmpty)
  }

  @Test(arguments: [
    ("a: [1, 2\n", 2), ("a: 1\n b: 2\n", 2), ("\ta: 1\n", 1), ("", 1),
  ])
  func textThatIsNoYAMLIsRefusedWithItsLine(text: String, line: Int) {
    #expect {
      _ = try DocumentNode.parse(text, file: "plant.yaml")
    } throws: { error in
      let issue = (error as? DocumentIssues)?.issues.first
      return issue?.line == line && issue?.file == "plant.yaml"
    }
  }

  @Test func issuesAreShownInTheOrderOfTheirPlaces() {
    let late = DocumentIssue(file: "a", line: 9, column: 1, problem: "late", remedy: "Do")
    let early = DocumentIssue(file: "a", line: 2, column: 4, problem: "early", remedy: "Do")
    #expect(DocumentIssues([late, early]).description == "a:2:4: early. Do.\na:9:1: late. Do.")
  }

  @Test func aTooLargeFileIsRefused() {
    let text = String(repeating: "#", count: maximumDocumentBytes + 1)
    #expect(throws: DocumentIssues.self) { _ = try DocumentNode.parse(text, file: "big.yaml") }
  }
}

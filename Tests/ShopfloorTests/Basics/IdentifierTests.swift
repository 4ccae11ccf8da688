import Shopfloor
import Testing

@Suite("Names from outside")
struct IdentifierTests {
  @Test(
    "are kept exactly as read",
    arguments: ["L-1", "007", "lot \"A\" 'b'", "批次-2026", "x; DROP TABLE event;--", "Ä", "😀", "a\\b", "<b>"])
  func kept(text: String) throws {
    #expect(try LotNumber(text).text == text)
  }

  @Test(
    "are refused with the place of the fault",
    arguments: [
      ("", OutsideTextFault.empty),
      (" L-1", .blankAtEnd),
      ("L-1 ", .blankAtEnd),
      ("L\n1", .forbiddenCharacter(codePoint: 10, position: 2)),
      ("L\r", .forbiddenCharacter(codePoint: 13, position: 2)),
      ("L\u{202E}1", .forbiddenCharacter(codePoint: 0x202E, position: 2)),
      ("L\u{200B}1", .forbiddenCharacter(codePoint: 0x200B, position: 2)),
      ("L\u{2028}1", .forbiddenCharacter(codePoint: 0x2028, position: 2)),
      ("\0", .forbiddenCharacter(codePoint: 0, position: 1)),
      (String(repeating: "x", count: 129), .tooLong(bytes: 129, maximumBytes: 128)),
    ])
  func refused(text: String, fault: OutsideTextFault) {
    #expect(throws: fault) { try LotNumber(text) }
  }

  @Test("a megabyte is refused, and shown short")
  func megabyte() {
    let text = String(repeating: "A", count: 1_000_000)
    #expect(throws: OutsideTextFault.tooLong(bytes: 1_000_000, maximumBytes: 128)) { try LotNumber(text) }
    #expect(displayable(text).count < 240)
  }

  @Test("what is shown has no invisible characters")
  func shown() {
    #expect(displayable("L\u{202E}1\n") == "L<U+202E>1<U+000A>")
  }
}

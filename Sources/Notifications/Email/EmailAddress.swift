/// The address of a mailbox as it may stand in a command and in a header: plain ASCII, so that nothing in it can end the
/// line or the brackets around it (RFC 5321 section 4.1.2, without quoted local parts and without internationalised
/// addresses).
public struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isLocal(parts[0]), Self.isDomain(parts[1]) else { return nil }
    self.text = text
  }

  public var domain: String { text.split(separator: "@").last.map(String.init) ?? "" }
  public var description: String { text }

  /// At most 64 characters of RFC 5322 atext and single dots (RFC 5321 section 4.5.3.1.1).
  private static func isLocal(_ text: Substring) -> Bool {
    let marks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)
    return (1...64).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..")
      && text.utf8.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
  }

  /// At most 255 characters in labels of letters, digits and hyphens (RFC 5321 section 4.5.3.1.2).
  private static func isDomain(_ text: Substring) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-")
          && label.utf8.last != UInt8(ascii: "-")
          && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

/// Labels as they come off shelves: device identifications, logistic units, supplier labels, radio tags.
enum LabelSamples {
  typealias Sample = (raw: [UInt8], aimIdentifier: String?)

  static let gs1: [Sample] = [
    "]d2010952123454321317271231" + "10ABC123\u{1D}2112345678",
    "]C101095212345432131126010117271231" + "10LOT-4711-X",
    "]d201095212345432131728063010B7\u{1D}21SN00042\u{1D}30144",
    "]C100106141411234567897",
  ].map { (Array($0.utf8), nil) }

  static let hibc: [Sample] = [
    checked("+A123BJC5D6E71/$$52001510X3"), checked("+A123BJC5D6E71"),
    checked("+H123ABC01234567890/$$420020216LOT123456789012345"),
    checked("+A99912345/$$52001510X33"),
  ]

  static let epc: [Sample] = [
    "3034257BF7194E4000001A85", "3034257BF400B7800004CB2F", "3174257BF4499602D2000000",
  ].map { (Array($0.utf8), nil) }

  static let digitalLink: [Sample] = [
    "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345?17=271231",
    "https://example.com/some/path/01/09521234543213/10/LOT7",
  ].map { (Array($0.utf8), "]Q1") }

  static let iso15434: [Sample] = [
    "[)>\u{1E}06\u{1D}P30-1234\u{1D}1TLOT-77\u{1D}Q500\u{1D}14D20271231\u{1E}\u{04}",
    "[)>\u{1E}06\u{1D}1PX-9\u{1D}S000123\u{1E}\u{04}",
  ].map { (Array($0.utf8), nil) }

  /// The label with its check character: the sum of the values of all characters modulo 43 (ANSI/HIBC 2).
  private static func checked(_ text: String) -> Sample {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%")
    let sum = text.reduce(0) { $0 + (alphabet.firstIndex(of: $1) ?? 0) }
    return (Array((text + String(alphabet[sum % 43])).utf8), nil)
  }
}

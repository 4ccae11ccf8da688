/// How one scanner writes: what must be known to turn its keys or bytes into labels. One for each configured device.
///
/// HID POS needs none of it but ``staleMicroseconds``: the scanner says itself where a label begins and ends.
public struct ScannerTextForm: Hashable, Sendable {
  /// The layout the scanner is programmed for. Nil: nobody has said it. Keys are then read as `us`, and every label of
  /// a scanner in keyboard mode carries ``ScannedText/Flag/uncalibrated``.
  public var layout: KeyLayout?
  /// The forms of the group separator that are accepted.
  public var separators: Set<SeparatorForm>
  /// Stands before every label and is taken off; empty: none.
  public var prefix: [UInt8]
  /// Stands behind every label, before the terminator, and is taken off; empty: none.
  public var suffix: [UInt8]
  /// A gap of this length ends a label, for scanners that send no terminator; nil: gaps end nothing.
  public var idleEndMicroseconds: Int64?
  /// An unfinished label that nothing followed for this long is thrown away.
  public var staleMicroseconds: Int64

  /// The gap that is written into a configuration unless another is given.
  public static let usualIdleEndMicroseconds: Int64 = 100_000

  public init(
    layout: KeyLayout? = nil, separators: Set<SeparatorForm> = SeparatorForm.unmistakable, prefix: [UInt8] = [],
    suffix: [UInt8] = [], idleEndMicroseconds: Int64? = nil, staleMicroseconds: Int64 = 2_000_000
  ) {
    self.layout = layout
    self.separators = separators
    self.prefix = prefix
    self.suffix = suffix
    self.idleEndMicroseconds = idleEndMicroseconds
    self.staleMicroseconds = staleMicroseconds
  }

  public var assembly: LabelAssembler.Settings {
    LabelAssembler.Settings(idleEndMicroseconds: idleEndMicroseconds, staleMicroseconds: staleMicroseconds)
  }

  /// The label within what stood between two terminators: prefix and suffix off, the substitute turned into GS.
  ///
  /// What is missing is flagged and nothing is taken off on that side. An AIM identifier may stand before the prefix,
  /// for scanners put it on either side; it stays.
  public func label(in bytes: [UInt8]) -> ScannedText {
    var text = ScannedText(bytes: bytes)
    if !prefix.isEmpty {
      if bytes.starts(with: prefix) {
        text.bytes.removeFirst(prefix.count)
      } else if Self.beginsWithAIMIdentifier(bytes), bytes.dropFirst(3).starts(with: prefix) {
        text.bytes.removeSubrange(3..<(3 + prefix.count))
      } else {
        text.flags.insert(.prefixMissing)
      }
    }
    if !suffix.isEmpty {
      if text.bytes.count >= suffix.count, text.bytes.suffix(suffix.count).elementsEqual(suffix) {
        text.bytes.removeLast(suffix.count)
      } else {
        text.flags.insert(.suffixMissing)
      }
    }
    for case .substitute(let scalar) in separators {
      text.bytes = Self.replacing(Array(String(scalar).utf8), in: text.bytes)
    }
    return text
  }

  /// `]`, a letter, a letter or digit (ISO/IEC 15424).
  static func beginsWithAIMIdentifier(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 3, bytes[0] == UInt8(ascii: "]") else { return false }
    let code = Unicode.Scalar(bytes[1]), modifier = Unicode.Scalar(bytes[2])
    return ("A"..."Z").contains(code) || ("a"..."z").contains(code)
      ? ("0"..."9").contains(modifier) || ("A"..."Z").contains(modifier) || ("a"..."z").contains(modifier) : false
  }

  private static func replacing(_ substitute: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    var replaced: [UInt8] = []
    replaced.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: substitute) {
        replaced.append(0x1D)
        index += substitute.count
      } else {
        replaced.append(bytes[index])
        index += 1
      }
    }
    return replaced
  }
}

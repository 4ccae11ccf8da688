/// The order in which the bytes of a value lie in its registers: three swaps that do not depend on each other, applied to
/// the registers as they come off the wire. Written with letters, A being the most significant byte.
public struct WordOrder: Hashable, Sendable {
  /// The two bytes of every register change places.
  public var swapsBytes: Bool
  /// The registers of every pair change places.
  public var swapsWords: Bool
  /// The two pairs of a value of four registers change places.
  public var swapsPairs: Bool

  public init(swapsBytes: Bool, swapsWords: Bool, swapsPairs: Bool) {
    self.swapsBytes = swapsBytes
    self.swapsWords = swapsWords
    self.swapsPairs = swapsPairs
  }

  // A four-letter order given for a value of four registers swaps pairs as it swaps words: "low word first" means the
  // lowest of all words first.
  public static let abcd = WordOrder(swapsBytes: false, swapsWords: false, swapsPairs: false)
  public static let cdab = WordOrder(swapsBytes: false, swapsWords: true, swapsPairs: true)
  public static let badc = WordOrder(swapsBytes: true, swapsWords: false, swapsPairs: false)
  public static let dcba = WordOrder(swapsBytes: true, swapsWords: true, swapsPairs: true)

  /// Every name that a profile may use for a value of `registers` registers (1, 2 or 4), with its meaning.
  public static func names(registers: Int) -> [(name: String, order: WordOrder)] {
    switch registers {
    case 1:
      [("AB", .abcd), ("BA", .badc)]
    case 4:
      [
        ("ABCDEFGH", .abcd), ("BADCFEHG", .badc),
        ("CDABGHEF", WordOrder(swapsBytes: false, swapsWords: true, swapsPairs: false)),
        ("EFGHABCD", WordOrder(swapsBytes: false, swapsWords: false, swapsPairs: true)),
        ("GHEFCDAB", .cdab), ("HGFEDCBA", .dcba),
        ("DCBAHGFE", WordOrder(swapsBytes: true, swapsWords: true, swapsPairs: false)),
        ("FEHGBADC", WordOrder(swapsBytes: true, swapsWords: false, swapsPairs: true)),
      ] + names(registers: 2)
    default:
      [("ABCD", .abcd), ("CDAB", .cdab), ("BADC", .badc), ("DCBA", .dcba)]
    }
  }

  /// The order called `name`, whatever the size it was written for.
  public static func named(_ name: String) -> WordOrder? {
    (names(registers: 4) + names(registers: 1)).first { $0.name == name }?.order
  }

  /// The letters for a value of `registers` registers.
  public func name(registers: Int) -> String {
    Self.names(registers: registers).first { $0.order == self }?.name
      ?? Self.names(registers: 4).first { $0.order == self }?.name ?? "ABCD"
  }

  /// The value of two registers in the order of their addresses.
  public func value(first: UInt16, second: UInt16) -> UInt32 {
    let (high, low) = swapsWords ? (second, first) : (first, second)
    return swapsBytes
      ? UInt32(high.byteSwapped) << 16 | UInt32(low.byteSwapped) : UInt32(high) << 16 | UInt32(low)
  }
}

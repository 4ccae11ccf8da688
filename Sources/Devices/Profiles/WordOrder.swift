/// The order in which the four bytes of a value lie in its two registers; A is the most significant byte.
public enum WordOrder: String, Sendable, CaseIterable {
  case abcd = "ABCD"
  case cdab = "CDAB"
  case badc = "BADC"
  case dcba = "DCBA"

  /// The value of two registers in the order of their addresses.
  public func value(first: UInt16, second: UInt16) -> UInt32 {
    switch self {
    case .abcd: UInt32(first) << 16 | UInt32(second)
    case .cdab: UInt32(second) << 16 | UInt32(first)
    case .badc: UInt32(first.byteSwapped) << 16 | UInt32(second.byteSwapped)
    case .dcba: UInt32(second.byteSwapped) << 16 | UInt32(first.byteSwapped)
    }
  }
}

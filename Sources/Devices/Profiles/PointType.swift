/// How the registers of a point are read as a value.
public enum PointType: Hashable, Sendable {
  /// A coil or a discrete input.
  case bool
  /// One bit of a register, 0 being the least significant.
  case bit(Int)
  case int16, uint16, int32, uint32, float32

  /// Registers (or coils) that the value occupies.
  public var registerCount: Int {
    switch self {
    case .bool, .bit, .int16, .uint16: 1
    case .int32, .uint32, .float32: 2
    }
  }

  /// Whether the value is on or off.
  public var isBinary: Bool {
    switch self {
    case .bool, .bit: true
    default: false
    }
  }

  static let words = ["bool", "int16", "uint16", "int32", "uint32", "float32"]
}

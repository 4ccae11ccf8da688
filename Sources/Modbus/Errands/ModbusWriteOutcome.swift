/// What became of a write.
public struct ModbusWriteOutcome: Hashable, Sendable {
  public enum Result: Hashable, Sendable {
    /// Written, read back and found as written.
    case confirmed
    /// The device said that it wrote; it was not read back, for this reason. nil: the profile says that it cannot be.
    case accepted(unreadBecause: String?)
    /// Written, and something else was read back: the device limits or ignores the value.
    case mismatch
    /// The device refused the write with this exception code: nothing was written.
    case refused(exception: UInt8)
    /// No valid answer came to the write: whether it was done is not known.
    case unknown(String)
    /// Lotwire did not try, for this reason: nothing was written.
    case denied(String)
  }

  public var point: String
  public var value: Double
  public var result: Result
  /// What stood there before; nil where it was not or could not be read.
  public var oldValue: Double?
  public var oldWords: [UInt16] = []
  /// What was sent; of a coil 0 or 1.
  public var writtenWords: [UInt16] = []
  public var readBackValue: Double?
  public var readBackWords: [UInt16] = []

  public init(point: String, value: Double, result: Result) {
    self.point = point
    self.value = value
    self.result = result
  }
}

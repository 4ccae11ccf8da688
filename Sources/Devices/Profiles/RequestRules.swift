/// How a device wants to be asked.
public struct RequestRules: Hashable, Sendable {
  /// Most registers one request may ask for. 125 is the protocol's own bound (Modbus Application Protocol V1.1b3, 6.3).
  public var maximumRegisters: Int
  /// Most coils or discrete inputs one request may ask for. 2000 is the protocol's own bound (V1.1b3, 6.1).
  public var maximumBits: Int
  /// Whether a request may run over addresses that no point uses. Off unless the manual allows it: there are devices
  /// that answer a hole with exception 2, and devices that answer it with random values (Shinko ACD-13A, manual).
  public var bridgesGaps: Bool
  /// Silence between a reply and the next request, in microseconds.
  public var pauseMicroseconds: Int64
  /// How long a reply may take, in microseconds.
  public var responseTimeoutMicroseconds: Int64

  public static let protocolMaximumRegisters = 125
  public static let protocolMaximumBits = 2000

  public init(
    maximumRegisters: Int = protocolMaximumRegisters, maximumBits: Int = protocolMaximumBits,
    bridgesGaps: Bool = false, pauseMicroseconds: Int64 = 0, responseTimeoutMicroseconds: Int64 = 1_000_000
  ) {
    self.maximumRegisters = maximumRegisters
    self.maximumBits = maximumBits
    self.bridgesGaps = bridgesGaps
    self.pauseMicroseconds = pauseMicroseconds
    self.responseTimeoutMicroseconds = responseTimeoutMicroseconds
  }
}

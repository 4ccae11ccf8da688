/// How a device wants to be asked.
public struct RequestRules: Hashable, Sendable {
  /// Most registers one request may ask for. 125 is the protocol's own bound (Modbus Application Protocol V1.1b3, 6.3).
  public var maximumRegisters: Int
  /// The same for input registers where it differs.
  public var maximumInputRegisters: Int?
  /// Most coils or discrete inputs one request may ask for. 2000 is the protocol's own bound (V1.1b3, 6.1).
  public var maximumBits: Int
  /// Most data bytes one reply may carry, where the device counts bytes.
  public var maximumReplyBytes: Int?
  /// Whether a request may run over addresses that no point uses. Off unless the manual allows it: there are devices
  /// that answer a hole with exception 2, and devices that answer it with random values (Shinko ACD-13A, manual).
  public var bridgesGaps: Bool
  /// Longest hole that is bridged even where a longer one would be cheaper, in addresses; nil: the cost decides.
  public var maximumGap: Int?
  /// Requests for registers begin at, and count, multiples of this; 1 for most devices. The registers that fill up a
  /// request are declared readable by the manual that asks for this.
  public var registerMultiple: Int
  /// Where given, a request lies wholly within one of these stretches of its table.
  public var readableRanges: [AddressRange]
  /// Addresses that are never written, and never read as a filling.
  public var deniedRanges: [DeniedRange]
  /// Silence between a reply and the next request, in microseconds.
  public var pauseMicroseconds: Int64
  /// Silence between a new connection and the first request, in microseconds.
  public var pauseAfterConnectMicroseconds: Int64
  /// How long a reply may take, in microseconds; the driver learns a shorter one and never waits longer.
  public var responseTimeoutMicroseconds: Int64
  /// Requests that may be on their way at once over TCP. 1 unless the manual allows more.
  public var pipelineDepth: Int
  /// The connection is closed after every poll: for devices with one connection slot.
  public var closesAfterPoll: Bool

  public static let protocolMaximumRegisters = 125
  public static let protocolMaximumBits = 2000
  public static let maximumPipelineDepth = 16

  public init(
    maximumRegisters: Int = protocolMaximumRegisters, maximumInputRegisters: Int? = nil,
    maximumBits: Int = protocolMaximumBits, maximumReplyBytes: Int? = nil, bridgesGaps: Bool = false,
    maximumGap: Int? = nil, registerMultiple: Int = 1, readableRanges: [AddressRange] = [],
    deniedRanges: [DeniedRange] = [], pauseMicroseconds: Int64 = 0, pauseAfterConnectMicroseconds: Int64 = 0,
    responseTimeoutMicroseconds: Int64 = 1_000_000, pipelineDepth: Int = 1, closesAfterPoll: Bool = false
  ) {
    self.maximumRegisters = maximumRegisters
    self.maximumInputRegisters = maximumInputRegisters
    self.maximumBits = maximumBits
    self.maximumReplyBytes = maximumReplyBytes
    self.bridgesGaps = bridgesGaps
    self.maximumGap = maximumGap
    self.registerMultiple = registerMultiple
    self.readableRanges = readableRanges
    self.deniedRanges = deniedRanges
    self.pauseMicroseconds = pauseMicroseconds
    self.pauseAfterConnectMicroseconds = pauseAfterConnectMicroseconds
    self.responseTimeoutMicroseconds = responseTimeoutMicroseconds
    self.pipelineDepth = pipelineDepth
    self.closesAfterPoll = closesAfterPoll
  }

  /// Most addresses of a table that one request may ask for.
  public func maximumCount(of table: RegisterTable) -> Int {
    guard table.holdsRegisters else { return min(maximumBits, (maximumReplyBytes ?? .max / 8) * 8) }
    let registers = table == .input ? maximumInputRegisters ?? maximumRegisters : maximumRegisters
    return min(registers, (maximumReplyBytes ?? .max) / 2)
  }
}

/// A stretch of one table.
public struct AddressRange: Hashable, Sendable {
  public var table: RegisterTable
  public var addresses: Range<Int>

  public init(table: RegisterTable, addresses: Range<Int>) {
    self.table = table
    self.addresses = addresses
  }
}

/// A stretch that must not be touched, and why.
public struct DeniedRange: Hashable, Sendable {
  public var range: AddressRange
  public var reason: String

  public init(range: AddressRange, reason: String) {
    self.range = range
    self.reason = reason
  }
}

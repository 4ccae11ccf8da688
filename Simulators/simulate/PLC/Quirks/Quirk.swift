import Devices

/// Something that a simulated device does other than the protocol or the manual says. All of them have been seen on
/// real devices or gateways.
struct Quirk: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    // How a request is answered.
    case silence, exception, reset, delay
    case wrongTransaction = "wrong_transaction"
    case wrongUnit = "wrong_unit"
    case wrongFunction = "wrong_function"
    /// The byte count says two bytes more than there are.
    case wrongByteCount = "wrong_byte_count"
    /// The length field of the MBAP header says one byte less than there is.
    case shortLength = "short_length"
    case longLength = "long_length"
    /// The protocol id is not 0.
    case wrongProtocol = "wrong_protocol"
    /// A reply is held back until the next request comes: every answer is one behind.
    case lateReply = "late_reply"
    case duplicateReply = "duplicate_reply"
    case slowBytes = "slow_bytes"
    /// RTU: the checksum is wrong.
    case crcError = "crc_error"
    /// Bytes that mean nothing come before the reply.
    case noise
    /// Requests that come sooner after a reply than this are not heard.
    case pauseNeeded = "pause_needed"
    /// A gateway answers for these units that it has no path (0x0A) or no reply (0x0B).
    case missingUnit = "missing_unit"
    /// Requests with these unit ids are not heard; 255 where none are named.
    case ignoredUnit = "ignored_unit"

    // What can be read and written.
    /// Fewer registers in a request than the protocol allows.
    case requestLimit = "request_limit"
    case holesException = "holes_exception"
    case holesRandom = "holes_random"
    /// A request that cuts a value is refused.
    case atomicOnly = "atomic_only"
    /// NaN or a sentinel stands in place of some values.
    case noValue = "no_value"
    /// A write is confirmed and forgotten.
    case writeIgnored = "write_ignored"

    // What happens to connections.
    /// Connections are accepted and never read.
    case halfOpen = "half_open"
    /// A second connection is refused, or with `drops_first` the first is dropped.
    case oneConnection = "one_connection"
    /// All connections are reset and the port is closed until the time is over.
    case reboot
  }

  var kind: Kind
  /// Scenario seconds since the start.
  var atSeconds = 0.0
  var forSeconds = Double.infinity
  /// It comes again so long after it began.
  var everySeconds = Double.infinity
  /// Empty: all. Devices by number where each has a port of its own; for `ignored_unit` and `missing_unit` the unit ids
  /// of requests.
  var units: [Int] = []
  /// nil: all.
  var table: RegisterTable?
  /// Requests that touch one of these addresses; nil: all requests.
  var addresses: ClosedRange<Int>?
  /// Exception code.
  var code = 4
  /// Real seconds.
  var delaySeconds = 0.0
  /// Most registers of a request.
  var limit = 125
  /// The share of requests (of values, for `no_value`) that it happens to, 0 to 1.
  var rate = 1.0
  var dropsFirst = false

  func isActive(at seconds: Double) -> Bool {
    guard seconds >= atSeconds else { return false }
    let since = seconds - atSeconds
    return (everySeconds.isFinite ? since.truncatingRemainder(dividingBy: everySeconds) : since) < forSeconds
  }

  func concerns(unit: Int) -> Bool { units.isEmpty || units.contains(unit) }

  func concerns(_ table: RegisterTable?, _ range: Range<Int>) -> Bool {
    if let own = self.table, own != table { return false }
    return addresses.map { $0.overlaps(range) } ?? true
  }
}

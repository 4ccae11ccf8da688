import Shopfloor

/// The key by which a message that the broker delivers again is known: 64 bits, the same in every process and release.
///
/// FNV-1a (64 bits, Fowler, Noll, Vo) over the fields, each with its length in front, and a final mixing step
/// (SplitMix64) that spreads the last bytes over all bits. It finds repetitions; it is no defence against somebody who
/// builds collisions on purpose.
///
/// The device belongs to it, because one message may feed several devices; so does the retained flag, because the stored
/// copy of a message that is still under way must not make the message itself a repetition.
struct MessageKey {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  private init(_ device: DeviceName, retained: Bool, topic: String) {
    add(device.text.utf8)
    add(CollectionOfOne(retained ? 1 : 0))
    add(topic.utf8)
  }

  /// What belongs to a name beside it, because a counter begins again after every power failure.
  enum Company {
    /// A credible time of the message or element itself.
    case time(Timestamp)
    /// The message's or element's bytes: a repetition has the same ones.
    case content(ArraySlice<UInt8>)
  }

  /// The sensor numbers or names its messages, by one or several values.
  ///
  /// - Parameter kind: which messages of the topic are counted together (``CompiledMapping/kind``).
  static func explicit(
    _ parts: [ArraySlice<UInt8>], kind: [[UInt8]] = [], _ company: Company, device: DeviceName, retained: Bool,
    topic: String
  ) -> UInt64 {
    var key = MessageKey(device, retained: retained, topic: topic)
    key.add("id".utf8)
    key.addLength(kind.count)
    for text in kind { key.add(text) }
    key.addLength(parts.count)
    for part in parts { key.add(part) }
    switch company {
    case .time(let time): key.add(time)
    case .content(let bytes):
      key.add("content".utf8)
      key.add(bytes)
    }
    return key.mixed
  }

  /// The payload carries a credible time of its own: the same payload with the same time on the same topic is the same
  /// message.
  static func timed(
    _ time: Timestamp, payload: [UInt8], device: DeviceName, retained: Bool, topic: String
  ) -> UInt64 {
    var key = MessageKey(device, retained: retained, topic: topic)
    key.add(time)
    key.add(payload)
    return key.mixed
  }

  /// The key of a further part of a message whose other part already has this key.
  static func further(_ key: UInt64, part: Int) -> UInt64 {
    mixed(key &+ UInt64(truncatingIfNeeded: part) &* 0x9E37_79B9_7F4A_7C15)
  }

  private mutating func add(_ bytes: some Collection<UInt8>) {
    addLength(bytes.count)
    for byte in bytes { step(byte) }
  }

  private mutating func add(_ time: Timestamp) {
    add("time".utf8)
    addLength(8)
    addLittleEndian(UInt64(bitPattern: time.microseconds))
  }

  private mutating func addLength(_ count: Int) { addLittleEndian(UInt64(count)) }

  private mutating func addLittleEndian(_ value: UInt64) {
    for shift in 0..<UInt64(8) { step(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }

  private mutating func step(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  private var mixed: UInt64 { Self.mixed(state) }

  private static func mixed(_ state: UInt64) -> UInt64 {
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

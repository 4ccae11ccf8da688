import Devices
import Shopfloor

/// The order of the messages of one edge node by their sequence number (specification 3.0.0, 5.9, "Sparkplug Host
/// Application Message Ordering"): what comes too early waits for what is missing, for a bounded time. Pure.
struct SequenceWindow {
  /// Most messages that wait; one more and the missing ones are given up at once.
  static let maximumHeld = 128
  /// Most bytes of payloads that wait.
  static let maximumHeldBytes = 4 * 1_024 * 1_024
  /// A hole that looks wider than half of the circle is rather a node that began again: how many are missing is not known.
  static let widestHole: UInt8 = 128

  enum Step: Hashable {
    case message(NodeMessage)
    /// Came after its place had been given up.
    case late(NodeMessage)
    /// Came from behind: while it waited, the count went on elsewhere, and its number lies more than half of the circle
    /// ahead. Nobody can say which life of the node it is of.
    case stray(NodeMessage)
    /// Messages that never came; nil: nobody can say how many.
    case missing(count: Int?, expected: UInt8, came: UInt8, from: Timestamp, until: Timestamp)
  }

  private struct Held {
    var message: NodeMessage
    /// How far ahead of what was expected it came.
    var distance: UInt8
    /// ``passed`` when it came.
    var passedBefore: UInt64
  }

  private let patienceMicroseconds: Int64
  /// Nil: no message has said where the node is.
  private(set) var expected: UInt8?
  private(set) var duplicates: UInt64 = 0
  private var held: [UInt8: Held] = [:]
  private var heldBytes = 0
  /// Messages that took their place in the count.
  private var passed: UInt64 = 0
  /// What the messages of the last round of 256 were, by their number.
  private var seen: [UInt8: UInt64] = [:]
  private var givenUp: Set<UInt8> = []
  /// When the last message came behind which nothing was missing.
  private var completeAt: Timestamp
  /// When the hole is given up, by the monotonic clock; nil: there is none.
  private(set) var deadline: Int64?

  init(patienceMicroseconds: Int64, at now: Timestamp) {
    self.patienceMicroseconds = patienceMicroseconds
    completeAt = now
  }

  /// A birth of the node begins a new count; nothing may be waiting.
  mutating func restart(at sequence: UInt8, _ message: NodeMessage) {
    forget(at: message.receivedAt.utc)
    pass(sequence, message)
  }

  /// The count is not known any more.
  mutating func forget(at now: Timestamp) {
    let duplicates = duplicates
    self = SequenceWindow(patienceMicroseconds: patienceMicroseconds, at: now)
    self.duplicates = duplicates
  }

  /// Takes out what waits and meets the condition, in its order.
  mutating func withdraw(where isMeant: (NodeMessage) -> Bool) -> [(sequence: UInt8, message: NodeMessage)] {
    let meant = inOrder(from: 0).filter { isMeant($0.message) }
    for (sequence, message) in meant {
      held[sequence] = nil
      heldBytes -= message.payloadBytes
    }
    if held.isEmpty { deadline = nil }
    return meant
  }

  mutating func take(_ sequence: UInt8, _ message: NodeMessage) -> [Step] {
    guard let expected else {
      pass(sequence, message)
      return [.message(message)]
    }
    if sequence == expected {
      pass(sequence, message)
      return [.message(message)] + drained()
    }
    if seen[sequence] == message.fingerprint || held[sequence]?.message.fingerprint == message.fingerprint {
      duplicates += 1
      return []
    }
    if expected &- sequence <= Self.widestHole, givenUp.remove(sequence) != nil {
      seen[sequence] = message.fingerprint
      return [.late(message)]
    }
    let isOccupied = held[sequence] != nil
    if deadline == nil { deadline = message.receivedAt.monotonicMicroseconds &+ patienceMicroseconds }
    var steps: [Step] = []
    if isOccupied { steps = giveUp() }
    held[sequence] = Held(message: message, distance: sequence &- (self.expected ?? expected), passedBefore: passed)
    heldBytes += message.payloadBytes
    if isOccupied || patienceMicroseconds == 0 || held.count >= Self.maximumHeld || heldBytes > Self.maximumHeldBytes {
      steps += giveUp()
    }
    return steps
  }

  /// Nothing before the deadline.
  mutating func timePassed(_ monotonicMicroseconds: Int64) -> [Step] {
    guard let deadline, monotonicMicroseconds >= deadline else { return [] }
    return giveUp()
  }

  /// What waits is taken with its holes.
  mutating func giveUp() -> [Step] {
    guard let expected else { return [] }
    var steps = strays()
    var next = expected
    for (sequence, message) in inOrder(from: expected) {
      let distance = sequence &- next
      if distance > 0 {
        steps.append(
          .missing(
            count: distance <= Self.widestHole ? Int(distance) : nil, expected: next, came: sequence,
            from: min(completeAt, message.receivedAt.utc),
            until: message.receivedAt.utc))
        if distance <= Self.widestHole { for step in 0..<distance { givenUp.insert(next &+ step) } }
      }
      pass(sequence, message)
      steps.append(.message(message))
      next = sequence &+ 1
    }
    held = [:]
    heldBytes = 0
    deadline = nil
    return steps
  }

  private func inOrder(from start: UInt8) -> [(sequence: UInt8, message: NodeMessage)] {
    held.sorted { $0.key &- start < $1.key &- start }.map { (sequence: $0.key, message: $0.value.message) }
  }

  private func isStray(_ waiting: Held) -> Bool { waiting.distance > Self.widestHole && passed > waiting.passedBefore }

  /// Takes out what came from behind, in the order in which it came.
  private mutating func strays() -> [Step] {
    let strays = held.filter { isStray($0.value) }.sorted {
      ($0.value.message.receivedAt.monotonicMicroseconds, $0.value.passedBefore, $0.key)
        < ($1.value.message.receivedAt.monotonicMicroseconds, $1.value.passedBefore, $1.key)
    }
    for (sequence, waiting) in strays {
      held[sequence] = nil
      heldBytes -= waiting.message.payloadBytes
    }
    return strays.map { .stray($0.value.message) }
  }

  private mutating func drained() -> [Step] {
    var steps: [Step] = []
    while let next = expected, let waiting = held[next], !isStray(waiting) {
      held[next] = nil
      heldBytes -= waiting.message.payloadBytes
      pass(next, waiting.message)
      steps.append(.message(waiting.message))
    }
    // Another hole has its own time: from the first message on that came behind it.
    deadline = held.values.map { $0.message.receivedAt.monotonicMicroseconds &+ patienceMicroseconds }.min()
    return steps
  }

  private mutating func pass(_ sequence: UInt8, _ message: NodeMessage) {
    expected = sequence &+ 1
    seen[sequence] = message.fingerprint
    givenUp.remove(sequence)
    passed += 1
    completeAt = max(completeAt, message.receivedAt.utc)
  }
}

/// A message of an edge node, decoded.
struct NodeMessage: Hashable {
  var kind: SparkplugTopic.Kind
  /// Nil: of the node itself.
  var device: String?
  var payload: SparkplugPayload
  var topic: String
  var receivedAt: ClockReading
  /// FNV-1a of topic and payload: the same for a message that is delivered twice.
  var fingerprint: UInt64
  var payloadBytes: Int
  /// False where the payload has only what stands around the metrics.
  var isReadable: Bool

  init(
    kind: SparkplugTopic.Kind, device: String?, payload: SparkplugPayload, topic: String, bytes: [UInt8],
    isReadable: Bool = true, receivedAt: ClockReading
  ) {
    self.kind = kind
    self.device = device
    self.payload = payload
    self.topic = topic
    self.receivedAt = receivedAt
    payloadBytes = bytes.count
    self.isReadable = isReadable
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in topic.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    fingerprint = hash
  }

  /// Nil where there is none, or one that is none.
  var sequence: UInt8? { payload.sequence.flatMap { UInt8(exactly: $0) } }
}

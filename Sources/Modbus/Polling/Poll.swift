import Devices
import Shopfloor

/// A poll under way: what was asked and what has come of it so far. Its memory serves one poll after the other.
struct Poll: Sendable {
  /// A block that a busy device is asked again.
  struct Again: Sendable {
    var block: Int
    var notBefore: Int64
  }

  /// How long a busy device is left alone, and how often one poll asks again (Modbus Application Protocol V1.1b3, 7:
  /// codes 5 and 6).
  static let busyWaitMicroseconds: Int64 = 100_000
  static let maximumBusyRetries = 3

  private(set) var isActive = false
  private(set) var mask: PollSchedule.Mask = 0
  /// When it was begun: the time of what does not arrive.
  private(set) var begunAt = ClockReading(utc: .init(microseconds: 0), monotonicMicroseconds: 0)
  /// Tells the replies of this poll from those of the one before.
  private(set) var serial: UInt32 = 0
  var decoder = PollDecoder()
  /// Whether the self-tests must be read first.
  var isProving = false
  var inFlight = 0
  /// Whether the device said anything at all.
  var wasAnswered = false
  var fault: UnitFault?
  private var nextBlock = 0
  private var again: [Again] = []
  private var busyRetries = 0

  mutating func begin(_ plan: ReadPlan, mask: PollSchedule.Mask, now: ClockReading) {
    isActive = true
    serial &+= 1
    begunAt = now
    self.mask = mask
    isProving = false
    inFlight = 0
    wasAnswered = false
    fault = nil
    nextBlock = 0
    again.removeAll(keepingCapacity: true)
    busyRetries = 0
    decoder.start(plan, at: now.utc)
  }

  mutating func end() { isActive = false }

  var hasAskedBlocks: Bool { nextBlock > 0 }

  /// The block to ask next; nil where all are asked.
  mutating func takeBlock(now: Int64) -> Int? {
    if let place = again.firstIndex(where: { $0.notBefore <= now }) { return again.remove(at: place).block }
    guard nextBlock < decoder.blocks.count else { return nil }
    nextBlock += 1
    return nextBlock - 1
  }

  func hasBlock(now: Int64) -> Bool {
    nextBlock < decoder.blocks.count || !again.isEmpty && again.contains { $0.notBefore <= now }
  }

  /// When a busy device may be asked again, if that is not now already; `.max` where none is.
  func nextRetry(after now: Int64) -> Int64 {
    again.isEmpty ? .max : again.reduce(Int64.max) { $1.notBefore > now ? min($0, $1.notBefore) : $0 }
  }

  /// Whether the busy device is asked again in this poll.
  mutating func retriesLater(_ block: Int, before nextDue: Int64, now: Int64) -> Bool {
    let notBefore = now + Self.busyWaitMicroseconds
    guard busyRetries < Self.maximumBusyRetries, notBefore < nextDue else { return false }
    busyRetries += 1
    again.append(Again(block: block, notBefore: notBefore))
    return true
  }

  /// Records what was not asked yet as failed; what is on its way may still be answered.
  mutating func failUnasked(_ quality: Quality, detail: UInt16 = 0) {
    for retry in again { decoder.fail(retry.block, quality, detail: detail, at: begunAt.utc) }
    again.removeAll(keepingCapacity: true)
    while nextBlock < decoder.blocks.count {
      decoder.fail(nextBlock, quality, detail: detail, at: begunAt.utc)
      nextBlock += 1
    }
  }

  /// Records everything without an outcome as failed.
  mutating func failRest(_ quality: Quality, detail: UInt16 = 0) {
    decoder.failRest(quality, detail: detail, at: begunAt.utc)
    nextBlock = decoder.blocks.count
    again.removeAll(keepingCapacity: true)
  }
}

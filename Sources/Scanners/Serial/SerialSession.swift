import Devices
import Shopfloor

/// The decisions for one serial scanner: pure, the runner performs the actions.
///
/// One label is with the recorder at a time, so that an answer on the line always belongs to the label that was sent
/// last but is not yet answered. Labels that come meanwhile wait, up to ``maximumWaitingLabels``.
struct SerialSession: Sendable {
  enum Action: Hashable, Sendable {
    case submit(label: ScannedText, at: Timestamp, token: UInt64)
    case write(accepted: Bool)
  }

  private struct Waiting: Hashable, Sendable {
    var label: ScannedText
    var at: Timestamp
    var line: UInt64
  }

  /// Labels that wait while one is being recorded. A scanner that waits for its answer sends none.
  static let maximumWaitingLabels = 32

  /// Silence after opening before anything is taken, in microseconds: a label whose beginning was missed must not be
  /// read as a shorter one.
  static let settlingMicroseconds: Int64 = 100_000

  private let writesAnswers: Bool
  private let form: ScannerTextForm
  private var assembler: LabelAssembler
  /// Something of the label under way was lost, or belongs to another one.
  private var isPartialIncomplete = false
  private var counted = ScanCounters()
  private var waiting: [Waiting] = []
  private var underWay: (token: UInt64, line: UInt64)?
  private var nextToken: UInt64 = 1
  /// Counts openings of the tty: an answer is written only to the line its label came from.
  private var line: UInt64 = 0
  private var settledAt: Int64?
  private(set) var isSettled = false
  /// Labels dropped because too many were waiting.
  private(set) var turnedAway: UInt64 = 0

  init(_ plan: SerialScannerPlan) {
    writesAnswers = plan.answers
    form = plan.text
    assembler = LabelAssembler(plan.text.assembly)
  }

  /// Of this scanner, over all openings of its line.
  var scans: ScanCounters {
    var scans = counted
    scans.droppedPartials = assembler.droppedPartials
    return scans
  }

  /// When ``passTime(_:)`` has something to do, monotonic microseconds.
  var deadline: Int64? { isSettled ? assembler.deadline : settledAt }

  mutating func opened(at now: ClockReading) {
    line += 1
    isSettled = false
    settledAt = now.monotonicMicroseconds + Self.settlingMicroseconds
  }

  mutating func closed() {
    assembler.discardPartial()
    isPartialIncomplete = false
    isSettled = false
    settledAt = nil
  }

  /// Bytes were found at a time. Nobody knows how long they had waited: no silence is taken from that.
  mutating func received(_ bytes: [UInt8], at now: ClockReading) -> [Action] {
    guard isSettled else {
      settledAt = now.monotonicMicroseconds + Self.settlingMicroseconds
      counted.skippedReports += 1
      return []
    }
    // Nobody looked in time whether the label under way had ended: it goes on, and is spoiled.
    if let deadline = assembler.deadline, now.monotonicMicroseconds >= deadline {
      isPartialIncomplete = true
      assembler.prolong(to: now.monotonicMicroseconds)
    }
    for label in assembler.take(bytes, at: now.monotonicMicroseconds) { enqueue(label, now.utc) }
    return submitNext()
  }

  /// Nothing waited to be read at a time.
  mutating func passTime(_ now: ClockReading) -> [Action] {
    if !isSettled, let settledAt, now.monotonicMicroseconds >= settledAt { isSettled = true }
    guard isSettled else { return [] }
    let label = assembler.expire(at: now.monotonicMicroseconds)
    guard let label else {
      if !assembler.hasPartial { isPartialIncomplete = false }
      return []
    }
    enqueue(label, now.utc)
    return submitNext()
  }

  /// The recorder answered, or turned the label away at its door.
  mutating func answered(token: UInt64, accepted: Bool) -> [Action] {
    guard let current = underWay, current.token == token else { return [] }
    underWay = nil
    let answer: [Action] = writesAnswers && current.line == line ? [.write(accepted: accepted)] : []
    return answer + submitNext()
  }

  private mutating func enqueue(_ bytes: [UInt8], _ time: Timestamp) {
    var label = form.label(in: bytes)
    if isPartialIncomplete { label.flags.insert(.incomplete) }
    isPartialIncomplete = false
    counted.count(label)
    guard waiting.count < Self.maximumWaitingLabels else {
      turnedAway += 1
      return
    }
    waiting.append(Waiting(label: label, at: time, line: line))
  }

  private mutating func submitNext() -> [Action] {
    guard underWay == nil, !waiting.isEmpty else { return [] }
    let next = waiting.removeFirst()
    let token = nextToken
    nextToken += 1
    underWay = (token, next.line)
    return [.submit(label: next.label, at: next.at, token: token)]
  }
}

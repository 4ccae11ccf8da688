import Devices
import Ledger
import Shopfloor

/// What the outside of the recorder knows: what was sent, and what was answered. The checks compare the ledger with it.
///
/// Unchecked: the simulation has one thread; the closures that write here are called on it.
final class Journal: @unchecked Sendable {
  /// A batch as a device made it. Its number stands in the raw words of its readings.
  struct Sent {
    var device: DeviceName
    var key: UInt64?
    var readings: [Reading]
    /// Whether its source waits for the commit and sends it again otherwise.
    var isAwaited: Bool
    /// The life of the recorder in which it was taken last.
    var life = 0
    /// Whether the inbox took it in that life.
    var isTaken = false
    var isAcknowledged = false
    /// The commit that holds it.
    var group: Int64?
  }

  /// A command, recognised in the ledger by a text that no other one has.
  struct Asked {
    var token: String
    var life: Int
    /// Nil while nothing was answered.
    var answer: CommandAnswer?
    /// Whether an answer that accepts it promises its trace.
    var mustLeaveTrace: Bool
    /// Whether a refusal leaves the trace too.
    var leavesTraceWhenRefused: Bool
    /// The event that is its trace.
    var sequence: Int64?

    /// Answers of the recorder itself say nothing of what the ledger holds.
    var isDecided: Bool {
      switch answer {
      case .accepted: true
      case .refused(let refusal): refusal.code != .recorderStopped && refusal.code != .recorderBusy
      case nil: false
      }
    }
  }

  private(set) var sent: [Sent] = []
  private(set) var asked: [Asked] = []
  private(set) var askedByToken: [String: Int] = [:]
  private(set) var digest = RunDigest()
  private var usedTimes: Set<Int64> = []
  /// What was acknowledged and answered since the checks looked last.
  private var freshlyAcknowledged: [Int] = []
  private var freshlyAnswered: [Int] = []
  /// Batches that the inbox turned away in this life and that nobody sends again.
  var turnedAway: [DeviceName: Int] = [:]

  init() {}

  /// The same, of which nothing is known to stand in the ledger yet.
  init(copying other: Journal) {
    sent = other.sent
    asked = other.asked
    askedByToken = other.askedByToken
    forget(after: 0, sequence: 0)
  }

  func takeAcknowledged() -> [Int] {
    defer { freshlyAcknowledged = [] }
    return freshlyAcknowledged
  }

  func takeAnswered() -> [Int] {
    defer { freshlyAnswered = [] }
    return freshlyAnswered
  }

  func note(_ text: String) { digest.add(text) }

  // MARK: Readings

  /// A number for a new batch of readings; they carry it from here on.
  func send(_ device: DeviceName, _ readings: [Reading], key: UInt64?, isAwaited: Bool) -> Int {
    let number = sent.count
    let marked = readings.map { reading in
      var reading = reading
      reading.raw = UInt64(number)
      reading.rawWordCount = 4
      return reading
    }
    sent.append(Sent(device: device, key: key, readings: marked, isAwaited: isAwaited))
    return number
  }

  func offered(_ number: Int, taken: Bool, life: Int) {
    note("offer \(number) \(taken)\n")
    sent[number].isTaken = taken
    sent[number].life = life
    if !taken, !sent[number].isAwaited { turnedAway[sent[number].device, default: 0] += 1 }
  }

  func acknowledge(_ number: Int, _ outcome: RecorderOutcome) {
    note("outcome \(number) \(outcome)\n")
    guard outcome == .durable else { return }
    sent[number].isAcknowledged = true
    freshlyAcknowledged.append(number)
  }

  /// False where it stands in the ledger already.
  func stored(_ number: Int, in group: Int64) -> Bool {
    guard sent[number].group == nil else { return false }
    sent[number].group = group
    return true
  }

  // MARK: Commands

  /// An instant that no other command was given at, near this one.
  func uniqueTime(_ time: Timestamp) -> Timestamp {
    var time = time
    while !usedTimes.insert(time.microseconds).inserted { time.microseconds += 1 }
    return time
  }

  func ask(_ token: String, life: Int, mustLeaveTrace: Bool = true, leavesTraceWhenRefused: Bool = false) -> Int {
    note("ask \(token)\n")
    // Asked again, as an ERP does that got no answer.
    if let known = askedByToken[token] {
      asked[known].life = life
      asked[known].answer = nil
      return known
    }
    askedByToken[token] = asked.count
    asked.append(
      Asked(
        token: token, life: life, mustLeaveTrace: mustLeaveTrace, leavesTraceWhenRefused: leavesTraceWhenRefused))
    return asked.count - 1
  }

  func answered(_ number: Int, _ answer: CommandAnswer) {
    note("answer \(number) \(answer.isAccepted)\n")
    asked[number].answer = answer
    freshlyAnswered.append(number)
  }

  /// False where the command left a trace before.
  func traced(_ number: Int, by sequence: Int64) -> Bool {
    guard asked[number].sequence == nil else { return false }
    asked[number].sequence = sequence
    return true
  }

  /// The disk lied: what it had said to hold after these is gone.
  func forget(after group: Int64, sequence: Int64) {
    for number in sent.indices where (sent[number].group ?? 0) > group { sent[number].group = nil }
    for number in asked.indices where (asked[number].sequence ?? 0) > sequence { asked[number].sequence = nil }
  }
}

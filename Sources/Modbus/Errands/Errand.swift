import Devices

/// A one-off request to a unit: questions asked one after the other, between its polls.
struct Errand: Sendable {
  enum Work: Sendable {
    case read(ReadErrand)
    case write(WriteErrand)
  }

  enum Result: Sendable {
    case values([ModbusPointValue])
    case written(ModbusWriteOutcome)
    case fault(ModbusErrandFault)
  }

  /// The whole errand may take so long; what was not asked by then is not asked any more.
  static let patienceMicroseconds: Int64 = 10_000_000

  let id: UInt64
  /// "read temperature of oven-1", for people.
  let attempted: String
  var work: Work
  /// By the monotonic clock.
  var deadline: Int64 = .max
  private(set) var isAwaiting = false

  init(id: UInt64, attempted: String, work: Work) {
    self.id = id
    self.attempted = attempted
    self.work = work
  }

  /// The name of the point that is written, if one is.
  var writtenPoint: String? {
    if case .write(let write) = work { return write.point.name }
    return nil
  }

  /// The next question; nil while one waits for its answer.
  mutating func takeRequest() -> LinkRequest? {
    guard !isAwaiting else { return nil }
    isAwaiting = true
    switch work {
    case .read(let read): return .read(read.request)
    case .write(var write):
      defer { work = .write(write) }
      return write.takeRequest()
    }
  }

  /// The outcome of the question that was asked last; gives the result where it was the last of all.
  mutating func take(_ outcome: PollBoard.Outcome, now: ClockReading) -> Result? {
    isAwaiting = false
    switch work {
    case .read(var read):
      let result = read.take(outcome, attempted: attempted, now: now)
      work = .read(read)
      return result
    case .write(var write):
      let result = write.take(outcome, now: now)
      work = .write(write)
      return result.map { .written($0) }
    }
  }

  /// The result where nothing more is asked: after a write was sent, whether it was done is part of it.
  func cutShort(_ fault: ModbusErrandFault) -> Result {
    if case .write(let write) = work, let outcome = write.cutShort(fault) { return .written(outcome) }
    return .fault(fault)
  }
}

/// An errand that has its result; it is handed out once.
struct FinishedErrand: Sendable {
  var id: UInt64
  var result: Errand.Result
}

import Devices
import Shopfloor

/// The errands of one unit: asked in the order in which they came, one question at a time.
struct ErrandQueue: Sendable {
  /// Errands of one unit that may wait.
  static let maximumWaiting = 16

  private let device: DeviceName
  private var errands: [Errand] = []
  /// When each write point was last written, by the monotonic clock.
  private var writtenAt: [String: Int64] = [:]

  init(device: DeviceName) { self.device = device }

  var isEmpty: Bool { errands.isEmpty }

  /// Whether a question may be asked now.
  var wantsTurn: Bool { errands.first.map { !$0.isAwaiting } ?? false }

  /// When an errand that waits must be given up; `.max` where none waits.
  var nextDeadline: Int64 {
    errands.isEmpty ? .max : errands.reduce(Int64.max) { $1.isAwaiting ? $0 : min($0, $1.deadline) }
  }

  /// Takes an errand; gives its result at once where it cannot be carried out.
  mutating func submit(_ errand: Errand, selfTest: SelfTestRound.State, now: Int64) -> Errand.Result? {
    guard errands.count < Self.maximumWaiting else {
      return .fault(
        ModbusErrandFault(
          code: "queue-full", attempted: errand.attempted,
          nextStep: "\(Self.maximumWaiting) requests to \(device) are waiting already; try again in a few seconds"))
    }
    if case .write(let write) = errand.work, let reason = denial(of: write, selfTest, now) {
      return .written(ModbusWriteOutcome(point: write.point.name, value: write.value, result: .denied(reason)))
    }
    var errand = errand
    errand.deadline = now + Errand.patienceMicroseconds
    errands.append(errand)
    return nil
  }

  mutating func takeRequest(now: Int64) -> LinkRequest? {
    guard wantsTurn, let request = errands[0].takeRequest() else { return nil }
    if case .write = request, let point = errands[0].writtenPoint { writtenAt[point] = now }
    return request
  }

  mutating func take(_ outcome: PollBoard.Outcome, now: ClockReading) -> FinishedErrand? {
    guard let first = errands.first, first.isAwaiting, let result = errands[0].take(outcome, now: now) else {
      return nil
    }
    return FinishedErrand(id: errands.removeFirst().id, result: result)
  }

  /// Gives up what has waited too long.
  mutating func expire(now: Int64) -> [FinishedErrand] {
    guard nextDeadline <= now else { return [] }
    return giveUp(where: { !$0.isAwaiting && $0.deadline <= now }) { errand in
      ModbusErrandFault(
        code: "no-turn", attempted: errand.attempted,
        nextStep: "The device or its connection did not answer within "
          + "\(Errand.patienceMicroseconds / 1_000_000) s; see its status")
    }
  }

  /// Gives up everything that is not on its way.
  mutating func giveUpWaiting(_ fault: (Errand) -> ModbusErrandFault) -> [FinishedErrand] {
    giveUp(where: { !$0.isAwaiting }, fault)
  }

  /// Gives up the writes that are not on their way.
  mutating func giveUpWaitingWrites(_ fault: (Errand) -> ModbusErrandFault) -> [FinishedErrand] {
    giveUp(where: { !$0.isAwaiting && $0.writtenPoint != nil }, fault)
  }

  mutating func giveUpAll(_ fault: (Errand) -> ModbusErrandFault) -> [FinishedErrand] {
    giveUp(where: { _ in true }, fault)
  }

  // MARK: Inside

  private mutating func giveUp(
    where isLost: (Errand) -> Bool, _ fault: (Errand) -> ModbusErrandFault
  ) -> [FinishedErrand] {
    let lost = errands.filter(isLost)
    errands.removeAll(where: isLost)
    return lost.map { FinishedErrand(id: $0.id, result: $0.cutShort(fault($0))) }
  }

  private func denial(of write: WriteErrand, _ selfTest: SelfTestRound.State, _ now: Int64) -> String? {
    switch selfTest {
    case .notNeeded, .holds: break
    case .needed: return "the self-test of the device has not been read yet; try again in a few seconds"
    case .fails(let finding, _, _): return "the self-test of the device fails: \(finding)"
    }
    let point = write.point
    guard !errands.contains(where: { $0.writtenPoint == point.name }) else {
      return "another write of \"\(point.name)\" is under way"
    }
    if let last = writtenAt[point.name], now - last < point.minimumIntervalMicroseconds {
      let wait = Double(point.minimumIntervalMicroseconds - (now - last)) / 1_000_000
      return
        "\"\(point.name)\" may be written every \(Double(point.minimumIntervalMicroseconds) / 1_000_000) s at most; "
        + "wait \((wait * 10).rounded(.up) / 10) s"
    }
    return nil
  }
}

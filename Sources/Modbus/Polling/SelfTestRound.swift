import Devices
import Shopfloor

/// The registers whose values the manual fixes: read on every new connection and after an outage, before any value of
/// the device is believed.
struct SelfTestRound: Sendable {
  enum State: Hashable, Sendable {
    case notNeeded
    /// Must be read before the next value.
    case needed
    case holds
    /// What was found; read again after a while.
    case fails(String, detail: UInt16, retryAt: Int64)
  }

  /// A device that does not hold its self-test is asked again after this time.
  static let retryMicroseconds: Int64 = 5_000_000
  /// A binary32 gives back a decimal number within this part of it.
  static let tolerance = 1e-6

  private(set) var state: State
  private let tests: [SelfTest]
  private let points: [ProfilePoint]
  private let plan: ReadPlan
  private var decoder = PollDecoder()
  private var nextBlock = 0
  /// An exception that answered one of the reads.
  private var refusal: (words: String, code: UInt8)?

  /// - Throws: where the registers cannot be read within the rules of the device.
  init(
    device: DeviceName, profile: DeviceProfile, rules: RequestRules, cost: RequestCost
  ) throws(ModbusSetupFault) {
    let pairs = profile.selfTests.compactMap { test in profile.point(test.point).map { (test, $0) } }
    tests = pairs.map(\.0)
    points = pairs.map(\.1)
    state = pairs.isEmpty ? .notNeeded : .needed
    plan = try ReadPlan.once(points, device: device, profile: profile, rules: rules, cost: cost)
  }

  var blocks: [ReadBlock] { plan.blocks }

  /// A new connection or an outage: whoever answers now must prove itself again.
  mutating func require() {
    if state != .notNeeded { state = .needed }
  }

  /// Whether the next poll must begin with the tests.
  mutating func isDue(now: Int64) -> Bool {
    if case .fails(_, _, let retryAt) = state, retryAt <= now { state = .needed }
    return state == .needed
  }

  mutating func begin(now: ClockReading) {
    decoder.start(plan, at: now.utc)
    nextBlock = 0
    refusal = nil
  }

  var hasBlock: Bool { nextBlock < plan.blocks.count }

  mutating func takeBlock() -> Int? {
    guard hasBlock else { return nil }
    nextBlock += 1
    return nextBlock - 1
  }

  mutating func accept(_ block: Int, _ data: UnsafeRawBufferPointer, now: ClockReading) {
    decoder.accept(block, data: data, at: now.utc)
    conclude(now)
  }

  mutating func refuse(_ block: Int, code: UInt8, now: ClockReading) {
    refusal = ("\(UnitFault.place(.read(plan.blocks[block].request))) was refused with exception \(code)", code)
    decoder.fail(block, .badDeviceException, detail: UInt16(code), at: now.utc)
    conclude(now)
  }

  private mutating func conclude(_ now: ClockReading) {
    guard decoder.isFinished else { return }
    let (readings, texts) = decoder.takeResult()
    let retryAt = now.monotonicMicroseconds + Self.retryMicroseconds
    if let refusal {
      state = .fails(refusal.words, detail: UInt16(refusal.code), retryAt: retryAt)
    } else if let finding = finding(readings, texts) {
      state = .fails(finding, detail: 0, retryAt: retryAt)
    } else {
      state = .holds
    }
  }

  /// The first test that does not hold, in words.
  private func finding(_ readings: [Reading], _ texts: [TextReading]) -> String? {
    for (index, test) in tests.enumerated() {
      let parameter = ParameterIndex(UInt32(index))
      let found: String
      let expected: String
      switch test.expectation {
      case .number(let number):
        let reading = readings.first { $0.parameter == parameter }
        if let reading, reading.quality.isGood, abs(reading.value - number) <= abs(number) * Self.tolerance { continue }
        found = reading.map { $0.quality.isGood ? "\($0.value)" : "no value (\($0.quality.name))" } ?? "nothing"
        expected = "\(number)"
      case .text(let wanted):
        let text = texts.first { $0.parameter == parameter }?.text
        if text == wanted { continue }
        found = text.map { "\"\($0)\"" } ?? "no text"
        expected = "\"\(wanted)\""
      }
      let point = points[index]
      let printed = point.asPrinted.map { ", printed as \($0)" } ?? ""
      return "\(point.table.rawValue) \(point.address) (\"\(point.name)\"\(printed)) must hold \(expected), it holds "
        + found
    }
    return nil
  }
}

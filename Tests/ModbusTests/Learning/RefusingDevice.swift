import Devices
import Shopfloor

@testable import Modbus

/// A device of registers whose word at each address is the address plus 1, which refuses what it is told to.
struct RefusingDevice {
  /// Holding registers that it does not have.
  var missing: Set<Int> = []
  /// Most addresses of one request; more is answered with `sizeException`.
  var maximum = 125
  var sizeException: UInt8 = 3
  /// Requests may not run from below one of these to it.
  var borders: [Int] = []
  var refusesEverything = false
  /// Every request it got.
  private(set) var requests: [ReadRequest] = []

  init(missing: Set<Int> = [], maximum: Int = 125, borders: [Int] = []) {
    self.missing = missing
    self.maximum = maximum
    self.borders = borders
  }

  /// The data bytes, or the exception code.
  mutating func answer(_ request: ReadRequest) -> Result<[UInt8], Refusal> {
    requests.append(request)
    let addresses = request.address..<(request.address + request.count)
    if refusesEverything { return .failure(Refusal(code: 2)) }
    if request.count > maximum { return .failure(Refusal(code: sizeException)) }
    if borders.contains(where: { $0 > addresses.lowerBound && $0 < addresses.upperBound }) {
      return .failure(Refusal(code: 2))
    }
    guard missing.isDisjoint(with: addresses) else { return .failure(Refusal(code: 2)) }
    guard request.table.holdsRegisters else { return .success([UInt8](repeating: 0xFF, count: request.replyByteCount)) }
    return .success(addresses.flatMap { [UInt8(($0 + 1) >> 8), UInt8(($0 + 1) & 0xFF)] })
  }

  struct Refusal: Error { var code: UInt8 }
}

/// A device and the learner that polls it.
struct LearningPoll {
  var learner: PlanLearner
  var device: RefusingDevice
  var now: Int64 = 0
  /// Requests of the last poll.
  private(set) var requests: [ReadRequest] = []
  private(set) var hasChanged = false

  static let interval: Int64 = 1_000_000

  init(
    _ points: [ProfilePoint], _ device: RefusingDevice, rules: RequestRules = RequestRules(),
    learned: DeviceLimitsLearned? = nil
  ) throws {
    let profile = DeviceProfile(
      name: "p", vendor: "v", model: "m", status: .simulated, requests: rules, points: points)
    learner = try PlanLearner(
      device: "plc", profile: profile, profileDigest: "digest",
      points: points.enumerated().map { MappedPoint(point: $1, parameters: [ParameterIndex(UInt32($0))]) },
      rules: rules, cost: .tcp, learned: learned)
    self.device = device
  }

  /// One poll from plan to conclusion; the readings by the number of their point.
  mutating func run(due: [Int64] = [interval]) -> [Int: Reading] {
    now += Self.interval
    let time = Timestamp(microseconds: now)
    let before = device.requests.count
    var decoder = PollDecoder(learner.plan(dueIntervals: due, now: now), at: time)
    var index = 0
    while index < decoder.blocks.count {
      switch device.answer(decoder.blocks[index].request) {
      case .success(let data):
        learner.answered(decoder.blocks[index])
        decoder.accept(index, data: data, at: time)
      case .failure(let refusal):
        decoder.refuse(index, exception: refusal.code, learner: &learner, at: time)
      }
      index += 1
    }
    hasChanged = learner.finishPoll(now: now)
    requests = Array(device.requests[before...])
    return Dictionary(
      decoder.takeResult().readings.map { (Int($0.parameter.rawValue), $0) }, uniquingKeysWith: { _, last in last })
  }
}

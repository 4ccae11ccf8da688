import Devices

/// Reads points now.
struct ReadErrand: Sendable {
  private let points: [ProfilePoint]
  private let plan: ReadPlan
  private var decoder = PollDecoder()
  private var block = 0
  private var hasBegun = false

  /// - Parameter plan: of the points, whose readings carry their places in the list.
  init(points: [ProfilePoint], plan: ReadPlan) {
    precondition(!plan.blocks.isEmpty, "an errand that asks nothing")
    self.points = points
    self.plan = plan
  }

  var request: ReadRequest { plan.blocks[block].request }

  mutating func take(_ outcome: PollBoard.Outcome, attempted: String, now: ClockReading) -> Errand.Result? {
    if !hasBegun { decoder.start(plan, at: now.utc) }
    hasBegun = true
    switch outcome {
    case .data(let data): decoder.accept(block, data: data, at: now.utc)
    case .exception(let code):
      decoder.fail(block, .badDeviceException, detail: UInt16(code), at: now.utc)
    case .timeout:
      return .fault(
        ModbusErrandFault(
          code: "timeout", attempted: attempted,
          nextStep: "The device did not answer. Check that it is on and its unit id"))
    case .malformed(let reason):
      return .fault(
        ModbusErrandFault(code: "malformed-reply", attempted: attempted, nextStep: "The reply was wrong: \(reason)"))
    case .lost(let reason), .interrupted(let reason): return .fault(.notConnected(attempted, reason))
    case .written: preconditionFailure("the matcher confirmed a write in answer to a read")
    }
    block += 1
    return block < plan.blocks.count ? nil : .values(values())
  }

  private mutating func values() -> [ModbusPointValue] {
    let (readings, texts) = decoder.takeResult()
    return points.enumerated().compactMap { index, point in
      let parameter = ParameterIndex(UInt32(index))
      guard let reading = readings.first(where: { $0.parameter == parameter }) else { return nil }
      return ModbusPointValue(
        point: point.name, reading: reading, text: texts.first { $0.parameter == parameter })
    }
  }
}

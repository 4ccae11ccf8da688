import Devices
import Shopfloor

extension ReadPlan {
  /// The requests that read these points once, with those that scale them. The parameters of the readings are the places
  /// of the points in the list.
  ///
  /// - Throws: where the points cannot be read within the rules of the device.
  static func once(
    _ points: [ProfilePoint], device: DeviceName, profile: DeviceProfile, rules: RequestRules, cost: RequestCost = .tcp
  ) throws(ModbusSetupFault) -> ReadPlan {
    guard !points.isEmpty else { return ReadPlan(blocks: []) }
    let mapped = points.enumerated().map { index, point in
      MappedPoint(point: point, parameters: [ParameterIndex(UInt32(index))])
    }
    var learner = try PlanLearner(
      device: device, profile: profile, profileDigest: "", points: mapped, rules: rules, cost: cost)
    return learner.plan(dueIntervals: Set(points.map(\.pollIntervalMicroseconds)).sorted(), now: 0)
  }
}

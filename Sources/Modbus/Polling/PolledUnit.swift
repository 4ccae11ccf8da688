import Devices
import Shopfloor

/// One device on an endpoint: what is asked of it, when, and how it has answered.
struct PolledUnit: Sendable {
  let device: DeviceName
  let unit: UInt8
  let rules: RequestRules
  let points: [MappedPoint]
  var schedule: PollSchedule
  var poll: Poll?
  var health = UnitHealth()
  var status: LinkStatus
  /// Replies that came too late or to nobody's question.
  var discardedReplies: UInt64 = 0
  var learner: PlanLearner
  var texts = TextMemory()
  private var lastRefusalAt: Int64?
  private var refusedIntervals: Set<Int64> = []

  /// Most bad batches per second of a device that cannot be asked.
  static let refusalIntervalMicroseconds: Int64 = 1_000_000

  init(
    plan: ModbusDevicePlan, points: [MappedPoint], start: Int64, since: Timestamp
  ) throws(ModbusSetupFault) {
    device = plan.device
    unit = plan.unit
    rules = plan.profile.requests
    self.points = points
    learner = try PlanLearner(
      device: plan.device, profile: plan.profile, profileDigest: "", points: points, rules: plan.profile.requests,
      cost: RequestCost(plan.endpoint))
    schedule = PollSchedule(intervals: points.map(\.point.pollIntervalMicroseconds), start: start)
    status = LinkStatus(
      device: plan.device, state: .starting, since: since, detail: "\(plan.address): not asked yet",
      counters: LinkCounters())
  }

  mutating func beginPoll(due: [Int64], now: ClockReading) {
    poll = Poll(PollDecoder(learner.plan(dueIntervals: due, now: now.monotonicMicroseconds), at: now.utc))
  }

  /// The bad readings of slots in which the device cannot be asked; at most one such batch a second, and a later one
  /// speaks for the slots in between.
  mutating func refuse(due: [Int64], quality: Quality, detail: UInt16 = 0, now: ClockReading) -> [Reading] {
    refusedIntervals.formUnion(due)
    if let last = lastRefusalAt, now.monotonicMicroseconds - last < Self.refusalIntervalMicroseconds { return [] }
    lastRefusalAt = now.monotonicMicroseconds
    defer { refusedIntervals.removeAll(keepingCapacity: true) }
    return points.filter { refusedIntervals.contains($0.point.pollIntervalMicroseconds) }.flatMap { mapped in
      mapped.parameters.map { Reading(parameter: $0, time: now.utc, quality: quality, detail: detail) }
    }
  }

  mutating func setState(_ state: LinkStatus.State, _ detail: String, at time: Timestamp) {
    if status.state != state { status.since = time }
    status.state = state
    status.detail = detail
  }
}

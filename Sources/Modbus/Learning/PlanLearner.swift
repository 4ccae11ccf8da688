import Devices
import Shopfloor

/// Plans the polls of one device and learns from what the device refuses. Pure: nothing here asks or waits.
///
/// A poll: ``plan(dueIntervals:now:)``, then for every block ``answered(_:)`` or ``refused(_:exception:)``, then
/// ``finishPoll(now:)``. A refusal with exception 2 or 3 is narrowed down within the same poll; see `+Refusals`.
struct PlanLearner: Sendable {
  /// Further requests that narrowing down may add to one poll; the rest of the search goes on in the next.
  static let maximumExtraRequestsPerPoll = 16
  /// Refusals after which a device that answers nothing is taken to be at fault itself.
  static let refusalsBeforeDoubt = 4
  /// Polls in which a point must be refused, alone, before it is left out; or a border be met, before it is kept.
  static let refusalsBeforeLearning = 2
  /// Time after which a stretch that was refused is asked for again, in microseconds.
  static let probeIntervalMicroseconds: Int64 = 3_600_000_000
  /// Where no refused stretch of a poll's intervals has its time, it is looked for again after this, in microseconds: the
  /// stretch whose time has come may belong to slower points.
  static let probeLookIntervalMicroseconds: Int64 = 60_000_000
  /// Refused holes after which no hole is bridged any more.
  static let refusedHolesBeforeNone = 4
  /// Combinations of due intervals whose requests are remembered.
  static let maximumRememberedPlans = 64

  let points: [MappedPoint]
  let allPoints: [MappedPoint]
  private(set) var learned: DeviceLimitsLearned
  var planner: RequestPlanner
  private let rules: RequestRules
  private var plans: [[Int64]: ReadPlan] = [:]

  // What is under way; see `+Refusals`.
  var poll = PollLessons()
  var suspicions: [[Int64]: Suspicion] = [:]
  /// Where requests must begin anew, though the manual does not say so; for as long as the daemon runs.
  var boundaries: Set<TableAddress> = []
  var boundarySightings: [TableAddress: Int] = [:]
  var sightings: [PlanPlace: Int] = [:]
  var trust = Trust.unknown
  var signOfLifeCursor = 0
  private var probes: [PlanPlace: Int64] = [:]
  private var earliestProbe = Int64.max
  /// By the due intervals: when a stretch is looked for again. For each its own, or fast polls would use up the looks of
  /// slow ones.
  private(set) var nextProbeLooks: [[Int64]: Int64] = [:]

  /// - Parameters:
  ///   - profile: of the device; scale sources are found in it.
  ///   - points: what is wanted of it.
  ///   - rules: the profile's, or what the endpoint makes of them.
  ///   - learned: what was learned before; ignored where it was learned of another text of the profile.
  /// - Throws: where the points cannot be read within the rules, or scale sources do not fit.
  init(
    device: DeviceName, profile: DeviceProfile, profileDigest: String, points: [MappedPoint], rules: RequestRules,
    cost: RequestCost, learned: DeviceLimitsLearned? = nil
  ) throws(ModbusSetupFault) {
    self.points = points
    self.rules = rules
    allPoints = try PlanCheck.withCompanions(points, of: profile, device: device)
    let known = learned.flatMap { $0.profileDigest == profileDigest && $0.device == device ? $0 : nil }
    self.learned = known ?? DeviceLimitsLearned(device: device, profileDigest: profileDigest)
    planner = RequestPlanner(
      ground: PlanGround(rules: rules, points: allPoints.map(\.point), learned: nil),
      cost: cost.pausing(microseconds: rules.pauseMicroseconds), slots: ScaleSlots(allPoints.map(\.point)))
    try PlanCheck.check(planner, allPoints, device: device)
    planner.ground = PlanGround(rules: rules, points: allPoints.map(\.point), learned: self.learned)
  }

  /// The requests of a poll of all points of these intervals, each once.
  mutating func plan(dueIntervals: [Int64], now: Int64) -> ReadPlan {
    poll.begin(dueIntervals)
    let plan = plans[dueIntervals] ?? remember(dueIntervals)
    let asked = learned.unreadable.isEmpty ? plan : withProbe(plan, dueIntervals, now)
    poll.ask(asked.blocks.count)
    return asked
  }

  /// What was learned, for people.
  var learnedWords: [Words] { LearnedWords.sentences(learned, points: allPoints.map(\.point)) }

  /// Replaces what was learned; the caller is told by ``finishPoll(now:)``.
  mutating func learn(_ change: (inout DeviceLimitsLearned) -> Void) {
    change(&learned)
    learned.unreadable.sort { ($0.table, $0.address, $0.count) < ($1.table, $1.address, $1.count) }
    planner.ground = PlanGround(rules: rules, points: allPoints.map(\.point), learned: learned)
    forgetPlans()
  }

  /// Starts over with everything unlearned; a poll under way goes on as it was planned.
  mutating func forget() {
    learn { $0 = DeviceLimitsLearned(device: $0.device, profileDigest: $0.profileDigest) }
    suspicions = [:]
    boundaries = []
    sightings = [:]
    probes = [:]
    nextProbeLooks = [:]
    earliestProbe = .max
  }

  mutating func forgetPlans() { plans.removeAll() }

  /// The points of these intervals, and those that scale them.
  func due(_ intervals: [Int64]) -> [MappedPoint] {
    let wanted = points.filter { intervals.contains($0.point.pollIntervalMicroseconds) }
    var sources = Set(wanted.compactMap(\.point.scaleSource?.point))
    sources.subtract(wanted.map(\.point.name))
    guard !sources.isEmpty else { return wanted }
    return wanted
      + allPoints.filter { sources.contains($0.point.name) }.map { MappedPoint(point: $0.point, parameters: []) }
  }

  /// Until when the stretch is left alone.
  mutating func postponeProbe(_ place: PlanPlace, now: Int64) {
    probes[place] = now + Self.probeIntervalMicroseconds
    earliestProbe = probes.values.min() ?? .max
  }

  mutating func forgetProbe(_ place: PlanPlace) {
    probes[place] = nil
    earliestProbe = probes.values.min() ?? .max
  }

  // MARK: Inside

  private mutating func remember(_ intervals: [Int64]) -> ReadPlan {
    var cuts = boundaries
    if let suspicion = suspicions[intervals] { cuts.formUnion(suspicion.cuts) }
    let (readable, refused) = split(planner.items(of: due(intervals)))
    let plan = ReadPlan(
      blocks: planner.blocks(readable, cuts: cuts),
      refused: refused.flatMap { item, exception in
        item.points.map { ReadPlan.Refused(parameters: $0.parameters, exception: exception) }
      }, scaleSlotCount: planner.slots.count)
    if plans.count == Self.maximumRememberedPlans { plans.removeAll() }
    plans[intervals] = plan
    return plan
  }

  /// What may be asked, and what the device is known to refuse.
  private func split(_ items: [PlanItem]) -> (readable: [PlanItem], refused: [(PlanItem, UInt8)]) {
    var exceptions: [PlanPlace: UInt8] = [:]
    for known in learned.unreadable {
      if let place = PlanPlace(known) { exceptions[place] = known.exception }
    }
    guard !exceptions.isEmpty else { return (items, []) }
    var readable: [PlanItem] = []
    var refused: [(PlanItem, UInt8)] = []
    for item in items {
      if let exception = exceptions[PlanPlace(item)] {
        refused.append((item, exception))
      } else {
        readable.append(item)
      }
    }
    return (readable, refused)
  }

  /// The plan with one refused stretch asked again, where its time has come.
  private mutating func withProbe(_ plan: ReadPlan, _ intervals: [Int64], _ now: Int64) -> ReadPlan {
    if probes.count < learned.unreadable.count {
      for place in learned.unreadable.compactMap(PlanPlace.init) where probes[place] == nil {
        postponeProbe(place, now: now)
      }
    }
    guard now >= earliestProbe, now >= nextProbeLooks[intervals] ?? .min else { return plan }
    let (readable, refused) = split(planner.items(of: due(intervals)))
    guard let (item, _) = refused.first(where: { now >= probes[PlanPlace($0.0)] ?? .max }) else {
      if nextProbeLooks.count >= Self.maximumRememberedPlans { nextProbeLooks.removeAll() }
      nextProbeLooks[intervals] = now + Self.probeLookIntervalMicroseconds
      return plan
    }
    let kept = refused.filter { $0.0 != item }
    var cuts = boundaries
    if let suspicion = suspicions[intervals] { cuts.formUnion(suspicion.cuts) }
    return ReadPlan(
      blocks: planner.blocks(readable, cuts: cuts) + [planner.block(item.hull, item.points, item.table, .probe)],
      refused: kept.flatMap { item, exception in
        item.points.map { ReadPlan.Refused(parameters: $0.parameters, exception: exception) }
      }, scaleSlotCount: planner.slots.count)
  }
}

/// A stretch of a table, as it was asked for.
struct PlanPlace: Hashable, Sendable {
  var table: RegisterTable
  var addresses: Range<Int>

  init(table: RegisterTable, addresses: Range<Int>) {
    self.table = table
    self.addresses = addresses
  }

  init(_ item: PlanItem) { self.init(table: item.table, addresses: item.addresses) }

  init?(_ refused: DeviceLimitsLearned.Unreadable) {
    guard let table = RegisterTable(rawValue: refused.table), refused.count > 0 else { return nil }
    self.init(table: table, addresses: refused.address..<(refused.address + refused.count))
  }
}

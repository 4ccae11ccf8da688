import Shopfloor

/// People and time doing anything to alarms in any order, right or wrong.
struct AlarmSimulation {
  var line: AlarmFixture
  private var random: SeededGenerator
  private(set) var raised: [AlarmID] = []
  /// The alarms whose cause is there.
  private(set) var active: [AlarmID] = []

  /// More are not open at once: what happens shall happen to each of them.
  private static let mostOpen = 6

  private static let people: [PersonID] = ["P-1", "P-2", "P-2", "P-2", "P-2", "P-2", "P-3", "P-3", "P-4", "P-5"]
  private static let sources = ["seal.temperature", "temperature.mean", "nothing"]
  private static let causes: [String?] = ["TOOL-WEAR", "MATERIAL", "MATERIAL", "ADJUSTED", "", nil]
  private static let actions: [String?] = ["ADJUSTED", "ADJUSTED", "ADJUSTED", "worn", nil]
  private static let outcomes = ["done", "done", "done", "skipped: no time", "skipped:", ""]

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
    var policy: AlarmPolicy? = AlarmFixture.policy
    if seed % 3 == 0 { policy?.causes = [] }
    if seed % 3 == 1 { policy?.actions = [] }
    if seed % 7 == 0 { policy = nil }
    line = AlarmFixture(policy: policy)
  }

  /// One thing more; the decision, where somebody asked for something.
  mutating func step() -> Decision? {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1:
      guard line.floor.alarms.count < Self.mostOpen else { return nil }
      let kind = pick(Alarm.Kind.allCases)
      let source = kind == .specification ? "seal.temperature" : pick(Self.sources)
      let alarm = line.raise(
        kind, source: source, priority: pick([nil] + AlarmPriority.allCases.map(Optional.some)),
        reactionPlan: pick([nil, "temperature", "pressure"]), station: pick(["sealer", "sealer", "oven"]))
      raised.append(alarm)
      active.append(alarm)
      if kind == .specification, Bool.random(using: &random) {
        line.take([.lotHeld(LotHeld(lot: "L-1", person: nil, reason: "above", alarm: alarm))])
      }
      return nil
    case 2:
      guard let place = active.indices.randomElement(using: &random) else { return nil }
      line.comeBack(active.remove(at: place))
      return nil
    case 3, 4:
      line.pass(minutes: Double.random(in: 0...9, using: &random))
      return nil
    case 5: return line.perform(.liftHold(lot: "L-1", person: "P-2", reason: "good"))
    default: return line.perform(command)
    }
  }

  private var command: Command {
    mutating get {
      let alarm = pick(Int.random(in: 0..<6, using: &random) > 0 ? line.floor.alarms.keys.sorted() : raised, or: "A-9")
      let person = pick(Self.people)
      switch Int.random(in: 0..<9, using: &random) {
      case 0: return .acknowledge(alarm: alarm, person: person, cause: pick(["MATERIAL: wet", "TOOL-WEAR", "wet", ""]))
      case 1, 2:
        return .alarm(
          .acknowledge(
            alarm: alarm, person: person, cause: pick(Self.causes), action: pick(Self.actions), note: pick(["", "x"])))
      case 3:
        let minutes = Int64.random(in: -1...70, using: &random)
        return .alarm(
          .shelve(
            alarm: alarm, person: person, reason: pick(["change of heater", ""]),
            until: line.time.advanced(byMicroseconds: minutes * AlarmFixture.minute)))
      case 4: return .alarm(.unshelve(alarm: alarm, person: person))
      case 5:
        let source = AlarmSource(
          station: pick(["sealer", "oven"]), source: pick(Self.sources), kind: pick(Alarm.Kind.allCases))
        return .alarm(
          .changeService(source, isOutOfService: Bool.random(using: &random), person: person, reason: "maintenance"))
      default:
        let number = (line.floor.alarms[alarm]?.steps?.count ?? 0) + pick([1, 1, 1, 1, 2, 0])
        return .alarm(
          .recordReactionStep(alarm: alarm, step: number, person: person, outcome: pick(Self.outcomes)))
      }
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func pick(_ values: [AlarmID], or other: AlarmID) -> AlarmID {
    values.randomElement(using: &random) ?? other
  }
}

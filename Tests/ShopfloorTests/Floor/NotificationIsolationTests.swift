import Shopfloor
import Testing

/// Random days with lots of three customers in the same oven loads: no message to one names a lot or an order of another.
@Suite("Customers see their own lots alone")
struct NotificationIsolationTests {
  static let customers = ["Acme", "Bolt", "Cato"]

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test(arguments: 1...150) func day(seed: UInt64) {
    var random = Random(state: seed)
    let subscriptions =
      [NotificationPlan(name: "plant", thresholds: [NotificationFixture.limit])]
      + Self.customers.map {
        NotificationPlan(name: $0, customer: $0, thresholds: [NotificationFixture.limit])
      }
    var line = NotificationFixture(subscriptions)
    // Which names belong to whom, kept apart from the floor.
    var names: [String: Set<String>] = [:]
    var lots: [(lot: LotNumber, order: WorkOrderNumber)] = []
    for number in 1...9 {
      let customer = Self.customers.randomElement(using: &random)
      let order: WorkOrderNumber = Identifier(stringLiteral: "<ORDER-\(number)>")
      let own: [LotNumber] = (1...3).map { Identifier(stringLiteral: "<LOT-\(number)-\($0)>") }
      line.order(order, customer: customer, lots: own)
      names[customer ?? "", default: []].formUnion([order.text] + own.map(\.text))
      lots += own.map { ($0, order) }
    }
    var active: RunID?
    var told: [NotificationOwed] = []
    for step in 1...60 {
      let load = Array(lots.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random)))
      act(step, load, &active, &line, &random)
    }
    told = line.owed
    #expect(told.contains { $0.customer == nil })
    for message in told {
      guard let customer = message.customer else { continue }
      let text = Self.everything(in: message)
      #expect(!message.lots.isEmpty)
      for (other, theirs) in names where other != customer {
        for name in theirs { #expect(!text.contains(name), "seed \(seed): \(customer) was told of \(name)") }
      }
      let own = names[customer] ?? []
      #expect(message.lots.allSatisfy { own.contains($0.text) })
      #expect(message.workOrders.allSatisfy { own.contains($0.text) })
    }
  }

  private func act(
    _ step: Int, _ load: [(lot: LotNumber, order: WorkOrderNumber)], _ active: inout RunID?,
    _ line: inout NotificationFixture, _ random: inout Random
  ) {
    let time = NotificationFixture.start
    let open = line.floor.alarms.keys.sorted().randomElement(using: &random)
    // People write names of lots into every free text.
    let gossip = load.map { "\($0.lot) of \($0.order)" }.joined(separator: ", ")
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      if let run = active {
        line.end(run)
        active = nil
      } else {
        let run: RunID = Identifier(stringLiteral: "R-\(step)")
        line.run(run, lots: load.map(\.lot), orders: Array(Set(load.map(\.order))).sorted())
        active = run
      }
    case 2: line.raise(active)
    case 3:
      guard let open else { break }
      line.apply(.alarmAcknowledged(AlarmAcknowledged(alarm: open, person: "P-2", cause: gossip, at: time)))
      line.apply(
        .reactionStepRecorded(
          ReactionStepRecorded(
            alarm: open, step: 1, text: Words(gossip, gossip), outcome: gossip, person: "P-2", at: time)))
    case 4:
      guard let open else { break }
      line.apply(.alarmReturned(AlarmReturned(alarm: open, at: time, value: 1)))
      line.apply(.alarmClosed(AlarmClosed(alarm: open, at: time)))
    case 5:
      guard let open else { break }
      line.apply(.alarmEscalated(AlarmEscalated(alarm: open, level: 1, to: gossip, at: time)))
    default:
      guard let active else { break }
      line.take(Double.random(in: 175...195, using: &random), active, cycle: step)
    }
  }

  /// Every text of the message, however deep.
  private static func everything(in message: NotificationOwed) -> String {
    var text = message.words.english + message.words.chinese
    dump(message, to: &text)
    return text
  }
}

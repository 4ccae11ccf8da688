import Foundation
import Testing

@testable import Shopfloor

/// LOTWIRE_SEED=N repeats one day alone; LOTWIRE_SIMULATED_DAYS=N takes more days, LOTWIRE_SIMULATED_SCANS=N longer ones.
@Suite("Made-up days of material")
struct MaterialSimulationTests {
  private static let environment = ProcessInfo.processInfo.environment

  static var seeds: [UInt64] {
    environment["LOTWIRE_SEED"].flatMap(UInt64.init).map { [$0] }
      ?? Array(1...(environment["LOTWIRE_SIMULATED_DAYS"].flatMap(UInt64.init) ?? 16))
  }

  static var scans: Int { environment["LOTWIRE_SIMULATED_SCANS"].flatMap(Int.init) ?? 1_000 }

  @Test(
    "stock, units and picks are what a plain recount says; every step can be justified and taken back", arguments: seeds
  )
  func day(seed: UInt64) throws {
    var day = MaterialSimulation(seed: seed)
    var book = MaterialSimulationBook()
    for event in day.events { _ = book.note(event) }
    for number in 1...Self.scans {
      let command = day.nextCommand()
      let before = day.floor
      let decision = day.perform(command)
      let check = MaterialSimulationCheck(command: command, before: before, decision: decision, after: day.floor)
      var faults = check.faults(at: day.time)
      let movements = decision.events.map { book.note($0) }.filter { $0 }.count
      if movements > 0 {
        let totals = book.totals()
        faults += totals.faults
        if totals != .init(day.floor) { faults.append("the recount differs: \(totals) and \(day.floor.stock)") }
        faults += check.undoFaults(at: day.time)
      }
      if number % 250 == 0 { faults += try self.faults(ofCopiesOf: day) }
      guard faults.isEmpty else {
        Issue.record("seed \(seed), command \(number) \(command) at \(day.time): \(faults.joined(separator: "; "))")
        return
      }
    }
    #expect(book.count > Self.scans / 30, "only \(book.count) movements; refused: \(Self.refusals(day.events))")
  }

  /// How often what was refused: why a day may test little.
  private static func refusals(_ events: [Event]) -> [String] {
    var counts: [Refusal.Code: Int] = [:]
    for case .commandRefused(let refused) in events { counts[refused.refusal.code, default: 0] += 1 }
    return counts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
  }

  /// The floor that comes back from its own bytes, and the one that comes from the bytes of its events.
  private func faults(ofCopiesOf day: MaterialSimulation) throws -> [String] {
    let decoder = JSONDecoder()
    let copy = try decoder.decode(Floor.self, from: JSONEncoder().encode(day.floor))
    var replayed = Floor()
    for event in try decoder.decode([Recorded].self, from: JSONEncoder().encode(day.events.map(Recorded.init))) {
      replayed.apply(event.event)
    }
    return (copy == day.floor ? [] : ["the floor does not survive its own bytes"])
      + (replayed == day.floor ? [] : ["the events do not lead to the floor"])
  }
}

/// An event with its kind, as a ledger would keep it.
private struct Recorded: Codable {
  var event: Event

  private enum Key: String, CodingKey { case kind, data }

  init(_ event: Event) { self.event = event }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    event = try Event(
      kind: container.decode(EventKind.self, forKey: .kind), payloadFrom: container.superDecoder(forKey: .data))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(event.kind, forKey: .kind)
    try event.encodePayload(to: container.superEncoder(forKey: .data))
  }
}

import Foundation
import Testing

@testable import Shopfloor

@Suite("Many differences in the ERP at once")
struct CollectiveDriftTests {
  /// One comparison of everything after another, in pieces.
  struct Sweeps {
    var plant = FloorFixture()
    var begunAt: Timestamp?

    mutating func begin() {
      plant.time = plant.time.advanced(byMicroseconds: 1_000_000)
      begunAt = plant.time
    }

    @discardableResult
    mutating func piece(_ rows: some Sequence<Int64>, _ drifts: [DeliveryDrift]) -> [Event] {
      report(
        DeliveryComparison(
          connector: "http", comparedRows: Array(rows), drifts: drifts, at: plant.time, begunAt: begunAt))
    }

    @discardableResult
    mutating func end(_ drifts: [DeliveryDrift], isListed: Bool = true) -> [Event] {
      let rows = Set(drifts.map(\.outboxRow)).sorted()
      let whole = WholeComparison(
        begunAt: begunAt ?? plant.time, comparedRows: 100, differingRows: rows.count, incomparableRows: 0,
        listsAllDrifts: isListed)
      return report(
        DeliveryComparison(
          connector: "http", comparedRows: isListed ? rows : [], drifts: isListed ? drifts : [], at: plant.time,
          begunAt: begunAt, whole: whole))
    }

    mutating func report(_ comparison: DeliveryComparison) -> [Event] {
      let before = plant.events.count
      plant.perform(.reportComparison(comparison))
      return Array(plant.events[before...])
    }

    var standing: [Alarm] {
      plant.floor.alarms.values.filter { $0.returnedAt == nil }.sorted { $0.id < $1.id }
    }
    var single: Set<String> {
      Set(standing.compactMap { alarm in alarm.drift.map { "\($0.outboxRow) \($0.field)" } })
    }
    var collective: Alarm? { standing.first { $0.collected != nil } }
  }

  static func drift(_ row: Int64, _ field: String = "record", found: String = "missing") -> DeliveryDrift {
    DeliveryDrift(
      outboxRow: row, idempotencyKey: "lotwire:record:L-\(row):0:ab", lot: "L-1", field: field, delivered: "there",
      found: found)
  }

  static func drifts(_ rows: some Sequence<Int64>) -> [DeliveryDrift] { rows.map { drift($0) } }

  private func kinds(_ events: [Event]) -> [EventKind] { events.map(\.kind) }

  @Test("20 new ones are 20 alarms, 21 are one", arguments: [(Int64(20), 20, false), (21, 0, true), (50, 0, true)])
  func bound(rows: Int64, singles: Int, isCollective: Bool) throws {
    var sweeps = Sweeps()
    sweeps.begin()
    let events = sweeps.piece(1...50, Self.drifts(1...rows))
    #expect(events.count == 1 + (isCollective ? 1 : singles))
    #expect(sweeps.single.count == singles && (sweeps.collective != nil) == isCollective)
    guard case .deliveriesCompared(let written) = events[0] else {
      Issue.record("the comparison is no event")
      return
    }
    #expect(written.drifts.count == rows)
    guard isCollective else { return }
    let alarm = try #require(sweeps.collective)
    #expect(alarm.urgency == .high && alarm.kind == .erpDrift && alarm.value == Double(rows))
    for part in ["\(rows) ", "lot L-1", "lotwire outbox compare"] {
      #expect(alarm.rule.english.contains(part) || part == "lot L-1")
      #expect(alarm.rule.chinese.contains(part == "lot L-1" ? "L-1" : part))
    }
  }

  @Test("pieces of one comparison count together, those of two do not; without a beginning each stands alone")
  func pieces() {
    var sweeps = Sweeps()
    sweeps.piece(1...15, Self.drifts(1...15))
    sweeps.piece(16...30, Self.drifts(16...30))
    #expect(sweeps.single.count == 30 && sweeps.collective == nil)
    sweeps.begin()
    sweeps.piece(31...45, Self.drifts(31...45))
    #expect(sweeps.single.count == 45 && sweeps.collective == nil)
    // Single alarms that stand stay; the collective one stands for what came after them.
    sweeps.piece(46...60, Self.drifts(46...60))
    #expect(sweeps.single.count == 45 && sweeps.collective?.collected?.rows == Array(46...60))
    sweeps.piece(61...70, Self.drifts(61...70))
    #expect(sweeps.collective?.collected?.rows == Array(46...70))
    #expect(sweeps.collective?.rule.english.hasPrefix("25 deliveries") == true)
  }

  @Test("the same again is no news, a row that joins or leaves is; a later comparison of everything ends it")
  func life() throws {
    var sweeps = Sweeps()
    sweeps.begin()
    sweeps.piece(1...50, Self.drifts(1...30))
    // The comparison that raised it does not end it, whatever it finds.
    #expect(kinds(sweeps.end([])) == [.deliveriesCompared])
    #expect(sweeps.collective != nil)
    sweeps.begin()
    #expect(sweeps.piece(1...50, Self.drifts(1...30)).isEmpty)
    #expect(kinds(sweeps.piece(1...50, Self.drifts(1...31))) == [.deliveriesCompared])
    #expect(kinds(sweeps.end(Self.drifts(1...31))) == [.deliveriesCompared])
    #expect(sweeps.collective?.collected?.rows.count == 31)
    // Another row holds again; then so few are left that each has an alarm of its own.
    sweeps.begin()
    #expect(kinds(sweeps.piece(1...50, Self.drifts(1...3))) == [.deliveriesCompared])
    #expect(sweeps.collective?.collected?.rows == [1, 2, 3])
    // Of a list that is not whole nothing is concluded.
    sweeps.end([], isListed: false)
    #expect(sweeps.collective != nil)
    sweeps.begin()
    let ended = sweeps.end(Self.drifts(1...3))
    #expect(kinds(ended) == [.deliveriesCompared, .alarmRaised, .alarmRaised, .alarmRaised, .alarmReturned])
    #expect(sweeps.collective == nil && sweeps.single == ["1 record", "2 record", "3 record"])
  }

  @Test("beyond the bound rows are not told apart, and are written again each time")
  func manyRows() {
    var sweeps = Sweeps()
    sweeps.begin()
    let most = Int64(CollectedDrifts.maximumRows)
    sweeps.piece(1...most, Self.drifts(1...most))
    #expect(sweeps.collective?.rule.english.hasPrefix("at least 10000 ") == true)
    let beyond = Self.drifts(most + 1...most + 5)
    #expect(sweeps.piece(most + 1...most + 5, beyond).count == 1)
    #expect(sweeps.piece(most + 1...most + 5, beyond).count == 1)
    #expect(sweeps.collective?.collected?.rows.count == CollectedDrifts.maximumRows)
  }

  @Test("who asks for a comparison is written down; it needs the right and a reason")
  func request() {
    var plant = FloorFixture()
    let asked = plant.perform(
      .requestComparison(ComparisonRequest(connector: "http", person: "P-2", reason: "restored")))
    guard case .accepted = asked, case .erpNoted(let note)? = plant.events.last else {
      Issue.record("not accepted")
      return
    }
    #expect(note.kind == .comparisonRequested && note.person == "P-2" && note.text == "restored")
    #expect(plant.events.last?.subjects.contains(.person("P-2")) == true)
    for (person, reason) in [("P-1", "restored"), ("P-2", ""), ("P-99", "restored")] {
      let refused = plant.perform(
        .requestComparison(
          ComparisonRequest(connector: "http", person: PersonID(stringLiteral: person), reason: reason)))
      guard case .refused = refused else {
        Issue.record("\(person) was let through")
        continue
      }
      #expect(plant.events.last?.kind == .commandRefused)
    }
  }

  @Test("that everything was compared is an event also where nothing differs; of nothing there is none")
  func evidence() {
    var sweeps = Sweeps()
    sweeps.begin()
    #expect(kinds(sweeps.end([])) == [.deliveriesCompared])
    let none = WholeComparison(
      begunAt: sweeps.plant.time, comparedRows: 0, differingRows: 0, incomparableRows: 0, listsAllDrifts: true)
    #expect(
      sweeps.report(
        DeliveryComparison(connector: "http", comparedRows: [], drifts: [], at: sweeps.plant.time, whole: none)
      ).isEmpty)
  }

  @Test("an alarm and a comparison of a former program are read")
  func former() throws {
    let text = #"{"connector":"http","comparedRows":[1],"drifts":[],"at":1795000000000000}"#
    let read = try JSONDecoder().decode(DeliveryComparison.self, from: Data(text.utf8))
    #expect(read.begunAt == nil && read.whole == nil && read.comparedRows == [1])
  }
}

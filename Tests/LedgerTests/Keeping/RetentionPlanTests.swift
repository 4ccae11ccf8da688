import Shopfloor
import Testing

@testable import Ledger

@Suite("Which readings may go")
struct RetentionPlanTests {
  private static let day = RetentionRules.dayMicroseconds
  private static let rules = RetentionRules(readingsDays: 10)
  private static func at(_ days: Int64) -> Timestamp { Timestamp(microseconds: days * day) }

  /// A lot that keeps nothing.
  private static func done(_ number: LotNumber, completed: Int64 = 1) -> RetentionPlan.Lot {
    RetentionPlan.Lot(
      number: number, completedAt: at(completed), isSealed: true, isDelivered: true,
      archive: .init(name: "archive \(number)", throughBatch: 100),
      isOnHold: false)
  }

  private static func judge(
    _ segment: RetentionPlan.Segment, _ lots: [RetentionPlan.Lot], on day: Int64
  ) -> RetentionPlan.Verdict {
    RetentionPlan.judge(
      segment, lots: Dictionary(uniqueKeysWithValues: lots.map { ($0.number, $0) }), rules: rules, at: at(day))
  }

  private static let segment = RetentionPlan.Segment(id: 1, lastBatch: 100, until: at(1), lots: ["L-1"])

  @Test("each thing that a lot still needs keeps its readings, and is named")
  func table() {
    typealias Change = (inout RetentionPlan.Lot) -> Void
    let cases: [(Change, RetentionPlan.Reason)] = [
      ({ $0.completedAt = nil }, .notCompleted("L-1")),
      ({ $0.isSealed = false }, .notSealed("L-1")),
      ({ $0.isDelivered = false }, .notDelivered("L-1")),
      ({ $0.archive = nil }, .notArchived("L-1")),
      ({ $0.archive?.throughBatch = 99 }, .archiveTooOld("L-1")),
      ({ $0.isOnHold = true }, .onHold("L-1")),
      ({ $0.related = ["L-2"] }, .unknownLot("L-2")),
      ({ $0.completedAt = Self.at(9) }, .periodNotOver(until: Self.at(19))),
    ]
    #expect(Self.judge(Self.segment, [Self.done("L-1")], on: 12) == .mayGo(archives: ["archive L-1"]))
    for (change, reason) in cases {
      var lot = Self.done("L-1")
      change(&lot)
      #expect(Self.judge(Self.segment, [lot], on: 12) == .stays([reason]))
    }
  }

  @Test("what touches the time of the readings keeps them too")
  func surroundings() {
    let lots = [Self.done("L-1")]
    func stays(_ change: (inout RetentionPlan.Segment) -> Void) -> RetentionPlan.Verdict {
      var segment = Self.segment
      change(&segment)
      return Self.judge(segment, lots, on: 12)
    }
    #expect(stays { $0.hasOpenRun = true } == .stays([.runOpen]))
    #expect(stays { $0.hasOpenAlarm = true } == .stays([.alarmOpen]))
    #expect(stays { $0.isQuarantined = true } == .stays([.quarantined]))
    #expect(stays { $0.lots.append("L-9") } == .stays([.unknownLot("L-9")]))
    #expect(stays { $0.until = Self.at(5) } == .stays([.periodNotOver(until: Self.at(15))]))
  }

  @Test("a lot on hold keeps what it was made from and what was made from it")
  func relatives() {
    var lot = Self.done("L-1")
    lot.related = ["L-2"]
    var other = Self.done("L-2")
    #expect(Self.judge(Self.segment, [lot, other], on: 12) == .mayGo(archives: ["archive L-1"]))
    other.isOnHold = true
    #expect(Self.judge(Self.segment, [lot, other], on: 12) == .stays([.relatedOnHold("L-2", of: "L-1")]))
  }

  @Test("readings that belong to no run go after their own period")
  func noRun() {
    let segment = RetentionPlan.Segment(id: 1, lastBatch: 100, until: Self.at(1), lots: [])
    #expect(Self.judge(segment, [], on: 10) == .stays([.periodNotOver(until: Self.at(11))]))
    #expect(Self.judge(segment, [], on: 11) == .mayGo(archives: []))
  }

  @Test("nothing on hold is ever chosen, however lots, segments and relatives lie", arguments: 0..<40)
  func property(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    let numbers = (1...12).map { LotNumber(stringLiteral: "L-\($0)") }
    var lots: [LotNumber: RetentionPlan.Lot] = [:]
    for number in numbers {
      var lot = Self.done(number, completed: .random(in: 0...20, using: &generator))
      lot.isOnHold = chance(15)
      lot.isSealed = chance(95)
      lot.isDelivered = chance(95)
      lot.related = numbers.filter { $0 != number && chance(8) }
      lots[number] = lot
    }
    var chosen = 0
    for id in 0..<50 {
      let segment = RetentionPlan.Segment(
        id: Int64(id), lastBatch: 100, until: Self.at(.random(in: 0...20, using: &generator)),
        lots: numbers.filter { _ in chance(12) }, hasOpenRun: chance(5), hasOpenAlarm: chance(5))
      let now = Self.at(.random(in: 5...60, using: &generator))
      guard case .mayGo = RetentionPlan.judge(segment, lots: lots, rules: Self.rules, at: now) else { continue }
      chosen += 1
      #expect(!segment.hasOpenRun && !segment.hasOpenAlarm)
      for number in segment.lots {
        let lot = lots[number]
        #expect(lot?.isOnHold == false && lot?.isSealed == true && lot?.isDelivered == true)
        #expect(lot?.related.allSatisfy { lots[$0]?.isOnHold == false } == true)
        #expect(now.microseconds >= (lot?.completedAt?.microseconds ?? .max) + 10 * Self.day)
      }
    }
    // The test would say nothing if nothing were ever chosen.
    #expect(chosen > 0)
  }
}

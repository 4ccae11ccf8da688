import Ledger
import Logging
import Shopfloor
import Testing

@testable import lotwire

/// News of deliveries after the seal, with everything that follows of them: addenda, their rows, what the ERP says of those.
@Suite("Late news of deliveries")
struct SealingTriggersTests {
  /// The ledger and the service around the triggers, as far as they matter: what is sealed becomes an event, and each
  /// record is a row that the ERP refuses and, where somebody sits there, a person sets aside.
  private final class Line {
    let triggers = SealingTriggers(settleMicroseconds: 2_000_000, logger: Logger(label: "test"))
    var now = Timestamp(microseconds: 1_795_000_000_000_000)
    var sequence: Int64 = 0
    /// Seal times by lot, the first record among them.
    var sealed: [LotNumber: [Timestamp]] = [:]
    var through: [LotNumber: Int64] = [:]
    var refusesRecords = true
    var setsAside = false
    /// The lots that a material went into.
    var lotsOf: [MaterialLotNumber: [LotNumber]] = [:]
    var events: [EventRecord] = []

    func add(_ event: Event) {
      sequence += 1
      let record = EventRecord(
        sequence: sequence, time: now, monotonicMicroseconds: 0, actor: "recorder", derived: false, event: event,
        canonicalBytes: [], hash: [])
      events.append(record)
      triggers.take([record])
    }

    func refuse(_ key: String, lot: LotNumber?, material: MaterialLotNumber? = nil) {
      add(
        .deliveryBlocked(
          DeliveryReport(
            outboxRow: 1, idempotencyKey: key, lot: lot, material: material, connector: "erp",
            outcome: .blocked(reason: "no"))))
      guard let material else { return }
      add(
        .materialConflict(
          MaterialConflict(
            kind: .movementRefused, material: material, item: "FILM", words: Words("not booked", "未入账"), at: now)))
    }

    func decide(
      _ action: DeliveryDecision.Action, _ key: String, lot: LotNumber?, material: MaterialLotNumber? = nil
    ) {
      add(
        .deliveryDecided(
          DeliveryDecision(
            outboxRow: 1, idempotencyKey: key, lot: lot, material: material, action: action, person: "P-1",
            reason: "by hand", at: now)))
    }

    func seal(_ lot: LotNumber) {
      let revision = sealed[lot]?.count ?? 0
      let last = sequence
      let notice = SealedRecordNotice(
        lot: lot, revision: revision, digestSHA256: String(repeating: "ab", count: 32), keyID: "k", byteCount: 1,
        exceptionCount: 0, throughSequence: last)
      sealed[lot, default: []].append(now)
      through[lot] = last
      add(.recordSealed(notice))
      triggers.withQueue { $0.sealed(lot, through: last) }
      let key = "lotwire:record:\(lot):\(revision):abababababababab"
      if refusesRecords { refuse(key, lot: lot) }
      if setsAside { decide(.setAside, key, lot: lot) }
    }

    /// Does what is due until the time; false where there was too much of it.
    func pass(until end: Timestamp) -> Bool {
      for _ in 0..<10_000 {
        switch triggers.withQueue({ $0.next(at: now) }) {
        case .work(let work):
          switch work.subject {
          case .lot(let lot):
            let isCovered = through[lot].map { $0 >= work.sequence } ?? (work.purpose != .firstSeal)
            if !isCovered { seal(lot) }
          case .lotsWith(let material):
            triggers.found(lotsOf[material, default: []].filter { sealed[$0] != nil }, for: work, at: now)
          }
        case .wait(let until):
          guard until <= end else {
            now = end
            return true
          }
          now = until
        case .idle:
          now = end
          return true
        }
      }
      return false
    }

    func pass(minutes: Int64) -> Bool { pass(until: now.advanced(byMicroseconds: minutes * 60_000_000)) }

    func next(of others: SealingTriggers? = nil) -> SealingQueue.Step {
      (others ?? triggers).withQueue { $0.next(at: now) }
    }

    func addenda(_ lot: LotNumber) -> Int { (sealed[lot]?.count ?? 0) - 1 }
  }

  private static func sealedLine(_ lots: [LotNumber] = ["L:1"]) -> Line {
    let line = Line()
    for lot in lots { line.add(.lotCompleted(LotCompleted(lot: lot, workOrder: "WO-1", at: line.now))) }
    return line
  }

  @Test("a refused record gets an addendum that says so; the refusal of that one gets none: it ends")
  func ends() {
    let line = Self.sealedLine()
    #expect(line.pass(minutes: 9) && line.addenda("L:1") == 0)
    #expect(line.pass(minutes: 60 * 24) && line.addenda("L:1") == 1)
    #expect(line.next() == .idle)
  }

  @Test("each row is set aside, too: the first record gives the addenda, their own rows give none")
  func endsWithPeople() {
    let line = Self.sealedLine()
    line.setsAside = true
    #expect(line.pass(minutes: 60 * 24) && line.addenda("L:1") == 1)
    line.decide(.setAside, "lotwire:record:L:1:1:abababababababab", lot: "L:1")
    line.decide(.retry, "lotwire:record:L:1:0:abababababababab", lot: "L:1")
    #expect(line.pass(minutes: 60 * 24) && line.addenda("L:1") == 1)
    line.decide(.setAside, "lotwire:report:000000000041:00", lot: "L:1")
    #expect(line.pass(minutes: 60 * 24) && line.addenda("L:1") == 2)
    #expect(line.next() == .idle)
  }

  @Test("a storm of refused reports and movements: one addendum of a lot in ten minutes, and the last refusal is in it")
  func storm() {
    let line = Self.sealedLine(["L:1", "L:2"])
    line.refusesRecords = false
    for number in 0..<20 {
      line.lotsOf[MaterialLotNumber(unchecked: number)] = number % 2 == 0 ? ["L:1", "L:2", "L:9"] : ["L:1"]
    }
    #expect(line.pass(minutes: 1))
    let start = line.now
    for second in 0..<3_600 {
      line.now = max(line.now, start.advanced(byMicroseconds: Int64(second) * 1_000_000))
      line.refuse("lotwire:report:\(second):00", lot: "L:1")
      line.refuse("lotwire:movement:\(second):00", lot: nil, material: MaterialLotNumber(unchecked: second % 20))
      if second % 7 == 0 {
        line.decide(.setAside, "lotwire:movement:\(second):01", lot: nil, material: MaterialLotNumber(unchecked: 1))
      }
      #expect(line.pass(until: line.now))
    }
    let last = line.sequence
    #expect(line.pass(minutes: 60))
    for lot in ["L:1", "L:2"] as [LotNumber] {
      let times = line.sealed[lot, default: []].dropFirst()
      #expect((6...8).contains(times.count), "\(lot): \(times.count)")
      for (one, next) in zip(times, times.dropFirst()) {
        #expect(next.microseconds(since: one) >= SealingTriggers.newsMicroseconds)
      }
    }
    #expect(line.through["L:1", default: 0] >= last)
    #expect(line.sealed["L:9"] == nil, "a lot without a record gets none because of news")
    #expect(line.triggers.counts.waiting == 0)
  }

  @Test("other reasons do not wait for news, and take them along")
  func otherReasons() {
    let line = Self.sealedLine()
    line.refusesRecords = false
    #expect(line.pass(minutes: 1) && line.sealed["L:1"]?.count == 1)
    line.refuse("lotwire:report:000000000041:00", lot: "L:1")
    line.add(
      .quantityReported(
        QuantityReported(lot: "L:1", operation: "seal", good: Quantity(1), person: "P-1", at: line.now)))
    #expect(line.pass(minutes: 1) && line.addenda("L:1") == 1)
    #expect(line.pass(minutes: 60) && line.addenda("L:1") == 1)
  }

  @Test("what waited when the process ended is found by the next one, what was sealed is not sealed again")
  func lookBack() {
    let line = Self.sealedLine()
    line.refusesRecords = false
    #expect(line.pass(minutes: 1))
    line.refuse("lotwire:report:000000000041:00", lot: "L:1")
    let again = SealingTriggers(settleMicroseconds: 2_000_000, logger: Logger(label: "test"))
    again.lookBack(line.events)
    let due = line.now.advanced(byMicroseconds: SealingTriggers.newsMicroseconds)
    #expect(line.next(of: again) == .wait(until: due))
    #expect(line.pass(minutes: 20) && line.addenda("L:1") == 1)
    let later = SealingTriggers(settleMicroseconds: 2_000_000, logger: Logger(label: "test"))
    later.lookBack(line.events)
    #expect(line.next(of: later) == .idle)
  }
}

extension MaterialLotNumber {
  /// "M-7".
  fileprivate init(unchecked number: Int) {
    guard let name = try? MaterialLotNumber("M-\(number)") else { preconditionFailure("a name") }  // it is one
    self = name
  }
}

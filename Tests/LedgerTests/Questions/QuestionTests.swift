import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Questions to the ledger")
struct QuestionTests {
  let folder: TemporaryFolder
  static let lots = 60

  init() throws { folder = try TemporaryFolder("questions") }

  private func line() throws -> LedgerStore { try QuestionedLine.storeOfSixtyLots(in: folder) }

  @Test("Lots by product, order, station, time and hold, the latest first")
  func lots() throws {
    let store = try line()
    defer { store.close() }
    let all = 1...Self.lots
    func ask(_ question: LotQuestion) throws -> [LotNumber] { try store.reader.lots(question).found.map(\.number) }
    func told(_ wanted: (Int) -> Bool) -> Set<LotNumber> { Set(all.filter(wanted).map(QuestionedLine.lot)) }
    #expect(try ask(LotQuestion()) == all.reversed().map(QuestionedLine.lot))
    #expect(Set(try ask(LotQuestion(product: "P-A"))) == told { QuestionedLine.product(of: $0) == "P-A" })
    #expect(try ask(LotQuestion(order: "WO-3")) == (12...15).map(QuestionedLine.lot))
    #expect(Set(try ask(LotQuestion(isHeld: true))) == told { $0 % 17 == 0 && $0 % 34 != 0 })
    #expect(Set(try ask(LotQuestion(isHeld: false))) == told { $0 % 17 != 0 || $0 % 34 == 0 })
    let from = QuestionedLine.start(of: 10).advanced(byMicroseconds: 1)
    let to = QuestionedLine.start(of: 12)
    #expect(Set(try ask(LotQuestion(from: from, to: to))) == told { $0 == 10 || $0 == 11 })
    #expect(Set(try ask(LotQuestion(station: "sealer", from: from, to: to))) == told { $0 == 10 || $0 == 11 })
    let afternoon = from.advanced(byMicroseconds: QuestionedLine.hour / 2)
    #expect(Set(try ask(LotQuestion(station: "sealer", from: afternoon, to: to))) == told { $0 == 11 })
    #expect(try ask(LotQuestion(product: "P-B", station: "sealer", from: afternoon, to: to)).isEmpty)
    #expect(try ask(LotQuestion(station: "dock")).isEmpty)
    let cut = try store.reader.lots(LotQuestion(limit: 7))
    #expect(cut.found.count == 7 && cut.isCutOff)
    let lot = try #require(try store.reader.summary(of: "L-17"))
    #expect(lot.customer == "customer 1" && lot.hold == "look at it" && lot.sealedRevision == 0)
    #expect(lot.runs.map(\.id) == ["R-17", "D-17"] && lot.runs.allSatisfy { $0.endedAt != nil })
    #expect(try store.reader.summary(of: "L-9999") == nil)
  }

  @Test("Runs of a stretch, at a station and at all")
  func runs() throws {
    let store = try line()
    defer { store.close() }
    let from = QuestionedLine.start(of: 5).advanced(byMicroseconds: 1)
    let to = QuestionedLine.start(of: 7)
    let sealer = try store.reader.runs(at: "sealer", from: from, to: to)
    #expect(sealer.found.map(\.id) == ["R-5", "R-6"] && !sealer.isCutOff)
    #expect(try store.reader.runs(at: nil, from: from, to: to).found.map(\.id) == ["D-5", "R-6", "D-6"])
    #expect(try store.reader.runs(at: nil, from: from, to: to, limit: 2).isCutOff)
  }

  @Test("Runs that last longer than a month, and runs that overlap after UTC was set back, are found")
  func longAndOverlappingRuns() throws {
    let store = try LedgerStore(path: folder.file("long.sqlite").path)
    defer { store.close() }
    // Hours of start and end; the third began before the second had ended, for the clock had been set back.
    for (name, from, to) in [("1", 0, 1_000), ("2", 1_010, 1_030), ("3", 1_020, 1_025)] {
      let run = try Run(
        id: RunID("R-" + name), station: "sealer", operation: "seal", workOrders: [], lots: [LotNumber("L-" + name)],
        startedAt: QuestionedLine.start(of: from), startedBy: "P-1", planDigest: "plan")
      var group = CommitGroup(clock: ClockReading(utc: run.startedAt, monotonicMicroseconds: 0))
      group.events = [
        .init(.runStarted(run), actor: "person P-1"),
        .init(
          .runEnded(
            RunEnded(run: run.id, person: "P-1", at: QuestionedLine.start(of: to), completedOperation: true)),
          actor: "person P-1"),
      ]
      _ = try store.commit(group)
    }
    let from = QuestionedLine.start(of: 990)
    let until = QuestionedLine.start(of: 995)
    #expect(try store.reader.lots(LotQuestion(from: from, to: until)).found.map(\.number) == ["L-1"])
    let late = QuestionedLine.start(of: 1_027)
    let end = QuestionedLine.start(of: 1_028)
    #expect(try store.reader.runs(at: "sealer", from: late, to: end).found.map(\.id) == ["R-2"])
    #expect(
      try store.reader.lots(LotQuestion(station: "sealer", from: late, to: end)).found.map(\.number) == ["L-2"])
    let both = QuestionedLine.start(of: 1_022)
    #expect(try store.reader.runs(at: "sealer", from: both, to: end).found.map(\.id) == ["R-2", "R-3"])
  }

  @Test("Everything that a person did, page by page, in a stretch and at all")
  func person() throws {
    let store = try line()
    defer { store.close() }
    var told: [EventRecord] = []
    var before: Int64?
    var pages = 0
    repeat {
      let page = try store.reader.actions(of: "P-2", before: before, limit: 25)
      #expect(page.person?.name == "Person 2" && page.actions.count <= 25)
      #expect(page.actions.isEmpty || page.names["P-2"] == "Person 2")
      told += page.actions
      before = page.next
      pages += 1
    } while before != nil
    let plain = try store.reader.events(about: .person("P-2")).filter { $0.event.kind != .personUpdated }
    #expect(told == plain.reversed() && pages > 3)
    let from = QuestionedLine.start(of: 30)
    let to = QuestionedLine.start(of: 31)
    let hour = try store.reader.actions(of: "P-2", from: from, to: to).actions
    #expect(hour == plain.filter { $0.time >= from && $0.time < to }.reversed() && !hour.isEmpty)
    #expect(try store.reader.actions(of: "P-2", from: to, to: from).actions.isEmpty)
    #expect(try store.reader.actions(of: "P-77").person == nil)
  }

  @Test("By the supplier's own number, and by the order, the way of material is found")
  func supplierLot() throws {
    let store = try line()
    defer { store.close() }
    let trace = try #require(try store.reader.trace(.supplierLot("S/2")))
    // Every tenth lot goes into the next one, which is followed too.
    let direct = Set((20..<40).map(QuestionedLine.lot))
    #expect(direct.isSubset(of: trace.lots.map(\.number)))
    #expect(trace.materials.contains { $0.number == "ML-2" && $0.supplierLot == "S/2" })
    #expect(try store.reader.trace(.supplierLot("S/99")) == nil)
    let order = try #require(try store.reader.trace(.order("WO-2")))
    #expect(Set((8..<12).map(QuestionedLine.lot)).isSubset(of: order.lots.map(\.number)))
    #expect(order.materials.map(\.number).contains("ML-1"))
    #expect(try store.reader.trace(.order("WO-99")) == nil)
  }

  @Test("The story of a lot holds the events of its evidence, without its readings, cycles and values")
  func story() throws {
    let store = try line()
    defer { store.close() }
    let evidence = try #require(try store.reader.evidence(of: "L-13"))
    let story = try #require(try store.reader.story(of: "L-13"))
    let left: Set<EventKind> = [.cycleStarted, .cycleEnded, .characteristicTaken, .subgroupCharted]
    #expect(story.events == evidence.events.filter { !left.contains($0.event.kind) })
    #expect(story.runs == evidence.runs && story.people == evidence.people && story.series.isEmpty)
    #expect(try store.reader.story(of: "L-9999") == nil)
  }

  @Test("A parameter in a stretch: runs, alarms, calibrations and doubt")
  func parameter() throws {
    let store = try line()
    defer { store.close() }
    try QuestionedLine.record([QuestionedLine.calibration(atHour: 20, found: .outOfTolerance)], in: store)
    let now = QuestionedLine.start(of: 100)
    let answer = try #require(
      try store.reader.parameter(
        "seal.temperature", at: "sealer", from: QuestionedLine.start(of: 12), to: QuestionedLine.start(of: 15), now: now
      ))
    #expect(answer.runs.found.map(\.id) == ["R-12", "R-13", "R-14"])
    #expect(answer.alarms.map(\.id) == ["A-13"] && answer.calibrations.count == 1 && answer.doubts.count == 1)
    #expect(answer.registered.map(\.unit) == ["°C"] && answer.packed == nil)
    #expect(try store.reader.parameter("no", at: "sealer", from: now, to: now, now: now) == nil)
  }
}

import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("lotwire trace")
struct TraceCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("trace-command") }

  static let at = Timestamp(microseconds: 1_795_000_000_000_000)

  static let day: [Event] = [
    .personUpdated(Person(id: "P-1", name: "李伟", badge: "B", rights: [.operate])),
    .itemUpdated(Item(code: "FILM-70", name: "Film 70 µm", unit: "m")),
    .deliveryExpected(
      ExpectedDelivery(
        number: "PO-1", supplier: "Folien AG", lines: [.init(item: "FILM-70", quantity: Quantity(100))])),
    .workOrderUpdated(
      WorkOrder(
        number: "WO-1", product: "P", productName: "Pouch", quantity: 1, unit: "pcs", operations: ["seal"],
        lots: ["L-1"], materials: [])),
    .materialLotUpdated(
      MaterialLot(number: "ML-1", item: "FILM-70", status: .quarantined, supplierLot: "S-9", delivery: "PO-1")),
    .materialReceived(
      MaterialReceived(
        material: "ML-1", item: "FILM-70", supplierLot: "S-9", quantity: Quantity(100), container: "00123",
        delivery: "PO-1", station: "dock", person: "P-1", at: at)),
    .runStarted(
      Run(
        id: "R-1", station: "sealer", operation: "seal", workOrders: ["WO-1"], lots: ["L-1"], startedAt: at,
        startedBy: "P-1", planDigest: "d")),
    .materialConsumed(
      MaterialConsumed(
        run: "R-1", materialLot: "ML-1", item: "FILM-70", person: "P-1", quantity: 12.5, serial: nil, at: at)),
  ]

  private func answer(_ start: TraceStart) throws -> TraceAnswer {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var group = CommitGroup(clock: ClockReading(utc: Self.at, monotonicMicroseconds: 0))
    group.events = Self.day.map { .init($0, actor: "person P-1") }
    _ = try store.commit(group)
    var answer = TraceAnswer(trace: try store.reader.trace(start))
    if case .lot(let lot) = start { answer.story = try store.reader.story(of: lot).map(TraceText.init) }
    return answer
  }

  @Test("a material lot in words: where from, what became of it, into what")
  func material() throws {
    #expect(
      try answer(.material("ML-1")).text == """
        Delivery PO-1 of Folien AG
        Material lot ML-1: FILM-70 (Film 70 µm), supplier lot S-9, in quarantine, delivery PO-1
          \(Self.at)  #6  receipt 100 at dock by 李伟 (P-1), container 00123 [not yet at the ERP]
          \(Self.at)  #8  consumption 12.5 in R-1 by 李伟 (P-1) [not yet at the ERP]
        Run R-1 at sealer (seal), \(Self.at) to now, started by 李伟 (P-1)
          lots L-1; consumed ML-1
        Product lot L-1: Pouch (P), work order WO-1, not completed
          made with ML-1
        """)
  }

  @Test("a lot has its story first, then what went into it, back to the delivery")
  func lot() throws {
    let text = try answer(.lot("L-1")).text
    #expect(text.hasPrefix("Lot L-1\n  work order WO-1"))
    #expect(text.contains("material lot ML-1 (FILM-70) consumed in R-1: 12.5"))
    #expect(text.contains("\nDelivery PO-1 of Folien AG\nMaterial lot ML-1"))
    // Where the consumed material came from is in the evidence of the lot too.
    #expect(text.contains("material lot ML-1 received at dock by 李伟: 100 of FILM-70"))
  }

  @Test("JSON holds the same")
  func json() throws {
    struct Document: Decodable {
      struct Line: Decodable { var sequence: Int64 }
      var trace: Trace
      var story: [Line]
    }
    let answer = try answer(.lot("L-1"))
    let read = try JSONDecoder().decode(Document.self, from: Data(try answer.json().utf8))
    #expect(read.trace == answer.trace)
    #expect(read.story.map(\.sequence) == answer.story?.lines.map(\.sequence))
  }

  @Test("one place to begin, and times that are times")
  func questions() throws {
    #expect(try TraceQuestion(lot: "L-1").start() == .lot("L-1"))
    #expect(try TraceQuestion(material: "M").start() == .material("M"))
    #expect(try TraceQuestion(serial: "M").start() == .serial("M"))
    #expect(try TraceQuestion(container: "M").start() == .container("M"))
    let from = try #require(Timestamp(iso8601: "2026-11-20T22:00:00Z"))
    let to = try #require(Timestamp(iso8601: "2026-11-22"))
    #expect(
      try TraceQuestion(station: "dock", from: "2026-11-21T06:00:00+08:00", to: "2026-11-22").start()
        == .station("dock", from: from, to: to))
    let faulty = [
      TraceQuestion(), TraceQuestion(lot: "L", material: "M"), TraceQuestion(lot: "L", from: "2026-11-22"),
      TraceQuestion(station: "dock", from: "2026-11-22"), TraceQuestion(station: "dock", from: "x", to: "2026-11-22"),
      TraceQuestion(station: "dock", from: "2026-11-22", to: "2026-11-22"), TraceQuestion(material: " M"),
    ]
    for question in faulty { #expect(throws: CommandFailure.self) { try question.start() } }
  }
}

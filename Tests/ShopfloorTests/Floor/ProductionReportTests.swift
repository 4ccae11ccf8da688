import Testing

@testable import Shopfloor

@Suite("What the ERP is told of a lot while it is made")
struct ProductionReportTests {
  /// The reports that the events of one command owe.
  private func reports(_ plant: inout FloorFixture, _ command: Command) -> [ProductionReport] {
    plant.time = plant.time.advanced(byMicroseconds: 1_000_000)
    var found: [ProductionReport] = []
    for event in plant.floor.decide(command, at: plant.time).events {
      plant.floor.apply(event)
      found += plant.floor.productionReports(after: event, at: plant.time)
    }
    return found
  }

  private func scan(_ text: String, at station: StationName = "sealer") -> Command {
    .scan(ScannedLabel(text: text), station: station)
  }

  @Test("the end of a run tells who made what, from when to when, and whether the operation is done")
  func operation() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    #expect(reports(&plant, scan("L-1")).isEmpty)
    let startedAt = plant.time
    let paused = reports(&plant, scan("LOTWIRE:PAUSE"))
    #expect(paused.map(\.completedOperation) == [false])
    plant.scan("L-1")
    let ended = reports(&plant, scan("LOTWIRE:END"))
    #expect(ended.count == 1)
    #expect(ended.first?.kind == .operation && ended.first?.lot == "L-1" && ended.first?.workOrder == "WO-1")
    #expect(ended.first?.person == "P-1" && ended.first?.station == "sealer" && ended.first?.operation == "seal")
    #expect(ended.first?.run == "R-000002" && ended.first?.completedOperation == true)
    #expect(ended.first?.endedAt == plant.time && paused.first?.startedAt == startedAt)
  }

  @Test("a load is told lot by lot")
  func load() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    for lot in ["L-1", "L-2"] {
      plant.scan(lot)
      plant.scan("LOTWIRE:END")
    }
    plant.scan("badge-1", at: "oven")
    for text in ["L-1", "L-2", "LOTWIRE:START"] { plant.scan(text, at: "oven") }
    #expect(reports(&plant, scan("LOTWIRE:END", at: "oven")).map(\.lot) == ["L-1", "L-2"])
  }

  @Test("holds of people come and go")
  func holds() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    // The card ends the run too.
    let card = reports(&plant, scan("LOTWIRE:HOLD"))
    #expect(card.map(\.kind) == [.operation, .hold])
    #expect(card.last?.person == "P-1" && card.last?.reason == "HOLD card at sealer" && card.last?.at == plant.time)
    let lifted = reports(&plant, .liftHold(lot: "L-1", person: "P-2", reason: "seals tested"))
    #expect(lifted.map(\.kind) == [.holdLifted] && lifted.first?.reason == "seals tested")
    #expect(reports(&plant, .hold(lot: "L-1", person: "P-2", reason: "again")).map(\.kind) == [.hold])
  }

  @Test("what was picked and consumed adds up in every step, taken back or not")
  func totals() {
    var plant = WarehouseFixture()
    let film = plant.stocked(WarehouseFixture.film(lot: "F1", quantity: Quantity(200)))
    plant.scan("WO-1", at: "pick")
    plant.scan("LOTWIRE:QUANTITY:30", at: "pick")
    plant.scan(film.text, at: "pick")
    #expect(plant.picks.last?.totals == Self.totals(30, 0))
    for text in ["LOTWIRE:ANOTHER", "LOTWIRE:QUANTITY:5", film.text] { plant.scan(text, at: "pick") }
    #expect(plant.picks.last?.totals == Self.totals(35, 0))
    plant.scan("LOTWIRE:UNDO", at: "pick")
    #expect(plant.undone?.totals == Self.totals(30, 0))
    for text in ["LOTWIRE:UNPICK", "LOTWIRE:QUANTITY:10", film.text] { plant.scan(text, at: "pick") }
    guard case .materialUnpicked(let back)? = plant.events.last else {
      Issue.record("not put back")
      return
    }
    #expect(back.totals == Self.totals(20, 0))
    plant.scan("LOTWIRE:END", at: "pick")
    plant.scan("L-1", at: "filler")
    for text in ["LOTWIRE:QUANTITY:25", film.text] { plant.scan(text, at: "filler") }
    #expect(plant.consumed.last?.totals == Self.totals(0, 25))
    plant.scan("LOTWIRE:UNDO", at: "filler")
    #expect(plant.undone?.totals == Self.totals(20, 0))
    for text in ["LOTWIRE:QUANTITY:4", film.text] { plant.scan(text, at: "filler") }
    #expect(plant.consumed.last?.totals == Self.totals(16, 4))
    // Another lot of the order goes on where the first one ended.
    for text in ["LOTWIRE:END", "L-2", "LOTWIRE:QUANTITY:6", film.text] { plant.scan(text, at: "filler") }
    #expect(plant.consumed.last?.totals == Self.totals(10, 10))
  }

  @Test("of a lot that an older program consumed of, nobody claims to know how much")
  func unknownBefore() {
    var plant = WarehouseFixture()
    let film = plant.stocked(WarehouseFixture.film(lot: "F1", quantity: Quantity(200)))
    plant.scan("L-1", at: "filler")
    let run = plant.floor.station("filler").activeRun?.id ?? "none"
    plant.floor.apply(
      .materialConsumed(
        MaterialConsumed(
          run: run, materialLot: film, item: "FILM", person: "P-1", quantity: 3, serial: nil, at: plant.time)))
    plant.floor.stock[film]?.consumedFor = nil
    for text in ["LOTWIRE:ANOTHER", "LOTWIRE:QUANTITY:4", film.text] { plant.scan(text, at: "filler") }
    #expect(plant.consumed.last?.totals == MaterialTotals(order: "WO-1", pickedInAll: .zero, consumedInAll: nil))
  }

  @Test("what was consumed without a quantity leaves the total unknown, until it is taken back")
  func uncounted() {
    func use(_ quantity: Double?, _ shares: [MaterialConsumed.Share]? = nil, _ totals: MaterialTotals?)
      -> MaterialConsumed
    {
      MaterialConsumed(
        run: "R-1", materialLot: "M-1", item: "FILM", person: "P-1", quantity: quantity, serial: nil,
        fromPicked: shares, at: Timestamp(microseconds: 0), totals: totals)
    }
    var floor = Floor()
    let unknown = use(nil, nil, MaterialTotals(order: "WO-1", pickedInAll: .zero, consumedInAll: nil))
    floor.apply(.materialConsumed(unknown))
    #expect(floor.totals(of: "M-1", for: "WO-1", consumed: Quantity(4)).consumedInAll == nil)
    floor = Floor()
    #expect(floor.totals(of: "M-1", for: "WO-1", consumed: nil).consumedInAll == nil)
    // A run of two orders: what was picked for each is theirs.
    let shares = [
      MaterialConsumed.Share(order: "WO-1", quantity: Quantity(3)),
      MaterialConsumed.Share(order: "WO-2", quantity: Quantity(2)),
    ]
    floor.apply(.materialConsumed(use(5, shares, nil)))
    #expect(floor.totals(of: "M-1", for: "WO-1", consumed: Quantity(4)).consumedInAll == Quantity(7))
    #expect(floor.totals(of: "M-1", for: "WO-2").consumedInAll == Quantity(2))
    // Whose the rest is, nobody said.
    floor.apply(.materialConsumed(use(6, shares, nil)))
    #expect(floor.totals(of: "M-1", for: "WO-1").consumedInAll == nil)
  }

  private static func totals(_ picked: Int, _ consumed: Int) -> MaterialTotals {
    MaterialTotals(order: "WO-1", pickedInAll: Quantity(picked), consumedInAll: Quantity(consumed))
  }
}

extension WarehouseFixture {
  fileprivate var undone: StepUndone? {
    events.reversed().lazy.compactMap { if case .stepUndone(let undone) = $0 { undone } else { nil } }.first
  }
}

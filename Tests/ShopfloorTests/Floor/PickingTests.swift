import Testing

@testable import Shopfloor

@Suite("Picking and consumption")
struct PickingTests {
  typealias Plant = WarehouseFixture

  @Test("picks what the bill of materials needs from several lots, first expired first")
  func severalLots() throws {
    var plant = Plant()
    let late = plant.stocked(Plant.film(lot: "F-LATE", quantity: Quantity(60), expires: "2028-06-30"))
    let early = plant.stocked(Plant.film(lot: "F-EARLY", quantity: Quantity(30), expires: "2027-06-30"))
    let words = plant.scan("L-1", at: "pick").words
    #expect(words.english.contains(early.text))
    #expect(plant.code(late.text, at: "pick") == .pickNotFirstExpired)
    #expect(plant.scan(early.text, at: "pick").isAccepted)
    #expect(plant.scan(late.text, at: "pick").isAccepted)
    #expect(plant.picks.map(\.quantity) == [Quantity(30), Quantity(20)])
    #expect(plant.floor.freeQuantity(of: late) == Quantity(40))
    plant.scan("LOTWIRE:ANOTHER", at: "pick")
    #expect(plant.code(late.text, at: "pick") == .pickNothingNeeded)
    plant.scan("LOTWIRE:END", at: "pick")
    guard case .pickingClosed(let closed) = plant.events.last else {
      Issue.record("not closed")
      return
    }
    #expect(closed.shortages.map(\.item) == ["CAP"])
  }

  @Test("another lot than suggested is taken with the card, and the record says instead of which")
  func override() {
    var plant = Plant()
    let late = plant.stocked(Plant.film(lot: "F-LATE", expires: "2028-06-30"))
    let early = plant.stocked(Plant.film(lot: "F-EARLY", expires: "2027-06-30"))
    plant.scan("WO-1", at: "pick")
    plant.scan("LOTWIRE:OVERRIDE", at: "pick")
    #expect(plant.scan(late.text, at: "pick").isAccepted)
    #expect(plant.picks.last?.insteadOf == early)
  }

  @Test("refuses what must not be picked")
  func refusals() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps(lot: "C1", quantity: Quantity(30)))
    plant.scan("LOTWIRE:BLIND", at: "dock")
    plant.scan(Plant.film(lot: "F-NEW"), at: "dock")
    let quarantined = plant.received.last?.material ?? "none"
    #expect(plant.code(caps.text, at: "pick") == .pickingMissing)
    plant.scan("WO-2", at: "pick")
    #expect(plant.code(caps.text, at: "pick") == .materialForeign)
    #expect(plant.code("WO-1", at: "pick") == .pickingOpen)
    #expect(plant.code(quarantined.text, at: "pick") == .materialNotReleased)
    plant.perform(.disposeMaterial(material: quarantined, status: .released, person: "Q-1", reason: "ok"))
    plant.scan("LOTWIRE:QUANTITY:101", at: "pick")
    #expect(plant.code(quarantined.text, at: "pick") == .pickMoreThanNeeded)
    plant.scan("LOTWIRE:QUANTITY:51", at: "pick")
    #expect(plant.code(quarantined.text, at: "pick") == .materialShort)
    plant.scan("LOTWIRE:QUANTITY:50", at: "pick")
    #expect(plant.scan(quarantined.text, at: "pick").isAccepted)
    plant.scan("LOTWIRE:END", at: "pick")
    plant.scan("WO-1", at: "pick")
    #expect(plant.code(quarantined.text, at: "pick") == .materialAllocated)
    #expect(plant.code(quarantined.text, at: "pick") == .materialAllocated)
    plant.time = Timestamp(iso8601: "2028-02-01") ?? plant.time
    #expect(plant.code(quarantined.text, at: "pick") == .materialExpired)
  }

  @Test("what is put back is free again; an undo takes the putting back back")
  func unpick() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps(quantity: Quantity(150)))
    plant.scan("WO-1", at: "pick")
    plant.scan(caps.text, at: "pick")
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(50))
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    plant.scan("LOTWIRE:QUANTITY:40", at: "pick")
    #expect(plant.scan(caps.text, at: "pick").isAccepted)
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(90))
    // The scanner repeats its last label, because the answer was lost: nothing happens.
    #expect(plant.scan(caps.text, at: "pick").isAccepted)
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(90))
    #expect(plant.scan("LOTWIRE:UNDO", at: "pick").isAccepted)
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(50))
    #expect(plant.floor.picked["WO-1"]?["CAP"] == Quantity(100))
  }

  @Test("consumption takes what was picked for the order, and a substitute says what it stands in for")
  func consumption() throws {
    var plant = Plant()
    let film = plant.stocked(Plant.film(quantity: Quantity(80)))
    let blue = plant.stocked(Plant.caps("S-CAP-2", lot: "B1", quantity: Quantity(100)))
    plant.scan("WO-1", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.scan(blue.text, at: "pick")
    #expect(plant.picks.map(\.substituteFor) == [nil, "CAP"])
    plant.scan("L-1", at: "filler")
    // The picking is for two lots: somebody must say what this one gets.
    #expect(plant.code(film.text, at: "filler") == .quantityMissing)
    plant.scan("LOTWIRE:QUANTITY:20", at: "filler")
    #expect(plant.scan(film.text, at: "filler").isAccepted)
    plant.scan("LOTWIRE:END", at: "filler")
    plant.scan("L-2", at: "filler")
    #expect(plant.scan(film.text, at: "filler").isAccepted)
    #expect(plant.scan(blue.text, at: "filler").isAccepted)
    #expect(plant.consumed.map(\.quantity) == [20, 30, 100])
    #expect(plant.consumed.map(\.substituteFor) == [nil, nil, "CAP"])
    #expect(plant.floor.stock[film]?.allocated.isEmpty == true)
    #expect(plant.floor.freeQuantity(of: film) == Quantity(30))
    #expect(plant.scan("LOTWIRE:UNDO", at: "filler").isAccepted)
    #expect(plant.floor.stock[blue]?.allocated["WO-1"] == Quantity(100))
    #expect(plant.floor.station("filler").consumed.map(\.materialLot) == [film])
  }

  @Test("what another order has picked is not consumed")
  func allocatedElsewhere() {
    var plant = Plant()
    let film = plant.stocked(Plant.film(quantity: Quantity(50)))
    plant.scan("WO-1", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.scan("L-9", at: "filler")
    #expect(plant.code(film.text, at: "filler") == .materialAllocated)
  }

  @Test("a piece with a serial number is consumed once on the whole floor")
  func serials() {
    var plant = Plant()
    let label = ScannedLabel(
      text: "serial 5", scheme: "gs1", itemCodes: ["S-CAP-1"], lot: "C1", serial: "5", quantity: Quantity(1))
    _ = plant.stocked(label)
    plant.scan("L-1", at: "filler")
    #expect(plant.scan(label, at: "filler").isAccepted)
    plant.scan("LOTWIRE:END", at: "filler")
    plant.scan("L-2", at: "filler")
    #expect(plant.code(label, at: "filler") == .materialSpent)
  }

  @Test("a second person: asked for after the checks, another one, with the right; then the step is done")
  func secondPerson() {
    var plant = Plant(secondPerson: [.consume, .pick])
    let film = plant.stocked(Plant.film(quantity: Quantity(80)))
    plant.scan("L-1", at: "filler")
    plant.scan("LOTWIRE:QUANTITY:10", at: "filler")
    #expect(plant.scan(film.text, at: "filler").isAccepted)
    #expect(plant.consumed.isEmpty)
    #expect(plant.code("badge-1", at: "filler") == .witnessSame)
    #expect(plant.code("badge-3", at: "filler") == .witnessRight)
    #expect(plant.scan("badge-2", at: "filler").isAccepted)
    #expect(plant.consumed.count == 1)
    guard let step = plant.events.compactMap({ if case .stepWitnessed(let step) = $0 { step } else { nil } }).last
    else {
      Issue.record("nobody stood by")
      return
    }
    #expect(step.person == "P-1" && step.witness == "P-2" && step.step == .consume && step.material == film)
    #expect(plant.floor.station("filler").person == "P-1")
    // Another label in between gives the waiting step up.
    plant.scan("WO-1", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.scan("LOTWIRE:CANCEL", at: "pick")
    plant.scan("badge-2", at: "pick")
    #expect(plant.picks.isEmpty)
    #expect(plant.floor.station("pick").person == "P-2")
  }

  @Test("a run of another order asks for line clearance; of the same order it does not")
  func clearance() {
    var plant = Plant(lineClearance: true)
    plant.scan("L-1", at: "filler")
    #expect(plant.code("LOTWIRE:CLEARANCE", at: "filler") == .runActive)
    plant.scan("LOTWIRE:END", at: "filler")
    #expect(plant.scan("L-2", at: "filler").isAccepted)
    plant.scan("LOTWIRE:END", at: "filler")
    #expect(plant.code("L-9", at: "filler") == .clearanceMissing)
    #expect(plant.scan("LOTWIRE:CLEARANCE", at: "filler").isAccepted)
    #expect(plant.scan("L-9", at: "filler").isAccepted)
  }

  @Test("HOLD at a run holds its lots and pauses it; at the other places it blocks the next material")
  func hold() {
    var plant = Plant()
    let film = plant.stocked(Plant.film())
    plant.scan("L-1", at: "filler")
    #expect(plant.scan("LOTWIRE:HOLD", at: "filler").isAccepted)
    #expect(plant.floor.lots["L-1"]?.hold != nil)
    #expect(plant.floor.station("filler").activeRun == nil)
    plant.scan("LOTWIRE:HOLD", at: "pick")
    #expect(plant.scan(film.text, at: "pick").isAccepted)
    #expect(plant.floor.materials[film]?.status == .blocked)
  }

  @Test("what the ERP says against what happened meanwhile is taken over and named")
  func conflicts() {
    var plant = Plant()
    let film = plant.stocked(Plant.film(quantity: Quantity(80)))
    plant.scan("WO-1", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.perform(
      .updateWork(WorkChange(materials: [MaterialLot(number: film, item: "FILM", status: .blocked)])))
    plant.perform(
      .reportDelivery(
        DeliveryReport(
          outboxRow: 1, idempotencyKey: "k", lot: nil, material: film, connector: "http",
          outcome: .blocked(reason: "lot unknown in the ERP"))))
    let kinds = plant.events.compactMap { if case .materialConflict(let conflict) = $0 { conflict.kind } else { nil } }
    #expect(kinds == [.notReleasedAfterUse, .movementRefused])
    #expect(plant.floor.materials[film]?.status == .blocked)
    // What was counted at the dock stays.
    #expect(plant.floor.materials[film]?.quantity == Quantity(80))
  }
}

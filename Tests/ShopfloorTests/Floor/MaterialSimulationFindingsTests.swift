import Testing

@testable import Shopfloor

/// What made-up days have found: each once, as short as it can be told.
@Suite("Findings of made-up days")
struct MaterialSimulationFindingsTests {
  typealias Plant = WarehouseFixture

  @Test("what was taken back may come again, also with the right expiry, and its lot is not counted as there")
  func takenBackComesAgain() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.caps(), at: "dock")
    plant.scan("LOTWIRE:UNDO", at: "dock")
    #expect(plant.code(Plant.caps(), at: "dock") == nil)
    #expect(plant.scan(Plant.film(expires: "2027-06-30"), at: "dock").isAccepted)
    plant.scan("LOTWIRE:UNDO", at: "dock")
    #expect(plant.code(Plant.film(expires: "2027-12-31"), at: "dock") == nil)
    #expect(plant.received.last?.unusableFrom == Timestamp(iso8601: "2027-12-31"))
    let lot = plant.received.last?.material ?? "none"
    plant.perform(.disposeMaterial(material: lot, status: .released, person: "Q-1", reason: "ok"))
    plant.scan("WO-1", at: "pick")
    #expect(plant.code(Plant.film(expires: "2027-12-31"), at: "pick") == nil)
  }

  @Test("a receipt is not taken back once some of the lot was picked, though the lot is blocked since")
  func receiptUsedSince() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.film(), at: "dock")
    let lot = plant.received.last?.material ?? "none"
    plant.perform(.disposeMaterial(material: lot, status: .released, person: "Q-1", reason: "ok"))
    plant.scan("WO-1", at: "pick")
    plant.scan(lot.text, at: "pick")
    plant.perform(.disposeMaterial(material: lot, status: .blocked, person: "Q-1", reason: "recall"))
    #expect(plant.code("LOTWIRE:UNDO", at: "dock") == .undoUsed)
    #expect(plant.floor.freeQuantity(of: lot) == .zero)
  }

  /// A cap with a serial number, received and released with a second one.
  private func pieces(_ plant: inout Plant) -> (first: ScannedLabel, second: ScannedLabel, lot: MaterialLotNumber) {
    func piece(_ serial: String) -> ScannedLabel {
      ScannedLabel(text: "serial \(serial)", scheme: "gs1", itemCodes: ["S-CAP-1"], lot: "C1", serial: serial)
    }
    plant.scan("PO-7", at: "dock")
    plant.scan(piece("5"), at: "dock")
    plant.scan(piece("6"), at: "dock")
    let lot = plant.received.last?.material ?? "none"
    plant.perform(.disposeMaterial(material: lot, status: .released, person: "Q-1", reason: "ok"))
    plant.scan("WO-1", at: "pick")
    plant.scan(piece("5"), at: "pick")
    return (piece("5"), piece("6"), lot)
  }

  @Test("a piece goes back by its own label, if it is the one that was picked and it was not consumed")
  func piecesGoBack() {
    var plant = Plant()
    let (first, second, lot) = pieces(&plant)
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    #expect(plant.code(second, at: "pick") == .pickNotPicked)
    #expect(plant.code(lot.text, at: "pick") == .pickNotPicked)
    #expect(plant.scan(first, at: "pick").isAccepted)
    #expect(plant.floor.pickedPieces.isEmpty)
    plant.scan("LOTWIRE:UNDO", at: "pick")
    #expect(plant.floor.pickedPieces.count == 1)
    plant.scan(second, at: "pick")
    plant.scan("L-1", at: "filler")
    plant.scan(first, at: "filler")
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    #expect(plant.code(first, at: "pick") == .materialSpent)
  }

  @Test("a piece that is set aside for one order is not consumed by another, though its lot has more")
  func pieceOfAnotherOrder() {
    var plant = Plant()
    var other = Plant.otherOrder
    other.materials = Plant.order.materials
    plant.perform(.updateWork(WorkChange(orders: [other])))
    let (first, second, _) = pieces(&plant)
    plant.scan("L-9", at: "filler")
    #expect(plant.code(first, at: "filler") == .materialAllocated)
    #expect(plant.code(second, at: "filler") == nil)
    #expect(plant.consumed.map(\.serial) == ["6"])
  }

  @Test("a piece of a lot that was picked by the lot's number is not picked itself, also after its use was taken back")
  func pieceOfPickedLot() {
    var plant = Plant()
    let (_, second, lot) = pieces(&plant)
    plant.scan("LOTWIRE:QUANTITY:1", at: "pick")
    plant.scan(lot.text, at: "pick")
    plant.scan("L-1", at: "filler")
    plant.scan(second, at: "filler")
    plant.scan("LOTWIRE:UNDO", at: "filler")
    #expect(plant.floor.pickedPieces.keys.sorted() == ["CAP|5"])
  }

  @Test("what the ERP has ended is not received or picked any more, also where it was open before")
  func endedMeanwhile() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps())
    plant.scan("PO-7", at: "dock")
    plant.scan("WO-1", at: "pick")
    var delivery = Plant.delivery
    delivery.state = .cancelled
    var order = Plant.order
    order.state = .closed
    plant.perform(.updateWork(WorkChange(orders: [order], deliveries: [delivery])))
    #expect(plant.code(Plant.film(), at: "dock") == .deliveryEnded)
    #expect(plant.code(caps.text, at: "pick") == .orderNotReleased)
  }

  @Test("what was picked goes back after the ERP took it out of the bill of materials")
  func billChanged() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps())
    plant.scan("WO-1", at: "pick")
    plant.scan(caps.text, at: "pick")
    var order = Plant.order
    order.materials.removeLast()
    plant.perform(.updateWork(WorkChange(orders: [order])))
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    #expect(plant.code(caps.text, at: "pick") == nil)
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(100))
    // It is not needed any more, so that the putting back is not taken back.
    #expect(plant.code("LOTWIRE:UNDO", at: "pick") == .undoUsed)
  }

  @Test("ANOTHER ONE holds until the last label of the container")
  func anotherWithoutQuantity() {
    var plant = Plant()
    let label = Plant.caps(quantity: nil)
    plant.scan("PO-7", at: "dock")
    plant.scan(label, at: "dock")
    plant.scan("LOTWIRE:QUANTITY:5", at: "dock")
    plant.scan("LOTWIRE:ANOTHER", at: "dock")
    plant.scan(label, at: "dock")
    #expect(plant.code("LOTWIRE:QUANTITY:7", at: "dock") == nil)
    #expect(plant.received.map(\.quantity) == [Quantity(5), Quantity(7)])
    #expect(plant.floor.station("dock").preparation.isEmpty)
  }

  @Test("the badge of a second person that is sent again, because the answer was lost, is no handing over")
  func witnessTwice() {
    var plant = Plant(secondPerson: [.pick])
    let film = plant.stocked(Plant.film())
    plant.scan("WO-1", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.scan("badge-2", at: "pick")
    #expect(plant.picks.count == 1)
    #expect(plant.scan("badge-2", at: "pick").isAccepted)
    #expect(plant.floor.station("pick").person == "P-1")
    plant.scan("LOTWIRE:LEAVE", at: "pick")
    plant.scan("badge-2", at: "pick")
    #expect(plant.floor.station("pick").person == "P-2")
  }
}

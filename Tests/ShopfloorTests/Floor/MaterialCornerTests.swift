import Testing

@testable import Shopfloor

/// Ways in which material could be counted twice, lost, or go to the wrong place.
@Suite("Material: corners")
struct MaterialCornerTests {
  typealias Plant = WarehouseFixture

  private static func piece(_ serial: String, lot: String = "C1") -> ScannedLabel {
    ScannedLabel(
      text: "piece \(serial) \(lot)", scheme: "gs1", itemCodes: ["S-CAP-1"], lot: lot, serial: serial,
      quantity: Quantity(1))
  }

  /// Receives pieces of one lot and releases it.
  private static func pieces(_ serials: [String], in plant: inout Plant) {
    plant.scan("LOTWIRE:BLIND", at: "dock")
    for serial in serials { plant.scan(piece(serial), at: "dock") }
    plant.scan("LOTWIRE:END", at: "dock")
    plant.perform(
      .disposeMaterial(
        material: plant.received.last?.material ?? "none", status: .released, person: "Q-1", reason: "ok"))
  }

  @Test("a step that nobody stood by is asked for again, never reported as done")
  func unwitnessed() {
    var plant = Plant(secondPerson: [.start])
    plant.scan("L-1", at: "filler")
    plant.time = plant.time.advanced(byMicroseconds: 200_000_000)
    #expect(plant.scan("L-1", at: "filler").words.english.contains("second person"))
    #expect(plant.scan("badge-2", at: "filler").isAccepted)
    #expect(plant.floor.station("filler").activeRun != nil)
  }

  @Test("a block at the line stays when the ERP repeats itself, and a release here is not undone by an echo")
  func statusOfTheERP() {
    var plant = Plant()
    let film = plant.stocked(Plant.film())
    func fromERP(_ status: MaterialLot.Status) -> Command {
      .updateWork(WorkChange(materials: [MaterialLot(number: film, item: "FILM", status: status)]))
    }
    plant.perform(fromERP(.quarantined))
    #expect(plant.floor.materials[film]?.status == .released)
    plant.scan("LOTWIRE:HOLD", at: "pick")
    plant.scan(film.text, at: "pick")
    plant.perform(fromERP(.quarantined))
    #expect(plant.floor.materials[film]?.status == .blocked)
    plant.perform(fromERP(.released))
    #expect(plant.floor.materials[film]?.status == .blocked)
    let kinds = plant.events.compactMap { if case .materialConflict(let conflict) = $0 { conflict.kind } else { nil } }
    #expect(kinds == [.blockedHere])
    plant.perform(.disposeMaterial(material: film, status: .released, person: "Q-1", reason: "checked"))
    plant.perform(fromERP(.blocked))
    #expect(plant.floor.materials[film]?.status == .blocked)
  }

  @Test("a lot that is not counted is known to be used, too")
  func usedUncounted() {
    var plant = Plant()
    func lot(_ status: MaterialLot.Status) -> Command {
      .updateWork(WorkChange(materials: [MaterialLot(number: "M-1", item: "FILM", status: status)]))
    }
    plant.perform(lot(.released))
    plant.scan("L-1", at: "filler")
    #expect(plant.scan("M-1", at: "filler").isAccepted)
    plant.scan("LOTWIRE:END", at: "filler")
    plant.perform(lot(.blocked))
    #expect(plant.events.contains { $0.kind == .materialConflict })
  }

  @Test("a container that was picked counts again only with the card, whatever was scanned between")
  func pickedAgain() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps(quantity: Quantity(80)))
    plant.scan("WO-1", at: "pick")
    plant.scan("LOTWIRE:QUANTITY:10", at: "pick")
    plant.scan(caps.text, at: "pick")
    plant.scan("WO-1", at: "pick")
    #expect(plant.code(caps.text, at: "pick") == .containerRepeated)
    plant.scan("LOTWIRE:ANOTHER", at: "pick")
    plant.scan("LOTWIRE:QUANTITY:10", at: "pick")
    #expect(plant.scan(caps.text, at: "pick").isAccepted)
    #expect(plant.picks.map(\.quantity) == [Quantity(10), Quantity(10)])
  }

  @Test("a piece that is set aside for an order is not consumed by another, nor under a quantity")
  func piecesOfOrders() {
    var plant = Plant()
    plant.perform(
      .updateWork(
        WorkChange(orders: [
          WorkOrder(
            number: "WO-3", product: "bag", productName: "Bag", quantity: 5, unit: "pcs", operations: ["fill"],
            lots: ["L-30"], materials: [BillOfMaterialsLine(item: "CAP", quantityPerUnit: 1)])
        ])))
    Self.pieces(["1", "2", "3"], in: &plant)
    plant.scan("WO-1", at: "pick")
    #expect(plant.scan(Self.piece("1"), at: "pick").isAccepted)
    plant.scan("L-30", at: "filler")
    #expect(plant.code(Self.piece("1"), at: "filler") == .materialAllocated)
    #expect(plant.scan(Self.piece("2"), at: "filler").isAccepted)
    plant.scan("LOTWIRE:END", at: "filler")
    plant.scan("L-1", at: "filler")
    plant.scan("LOTWIRE:QUANTITY:2", at: "filler")
    #expect(plant.code(Self.piece("2"), at: "filler") == .quantityInvalid)
    // Only what was picked goes back, and what was consumed does not.
    plant.scan("LOTWIRE:CANCEL", at: "filler")
    #expect(plant.scan(Self.piece("1"), at: "filler").isAccepted)
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    #expect(plant.code(Self.piece("1"), at: "pick") == .pickNotPicked)
    #expect(plant.code(Self.piece("3"), at: "pick") == .pickNotPicked)
    #expect(plant.code("LOTWIRE:UNDO", at: "pick") == .undoUsed)
  }

  @Test("what a person counted is not overwritten by the next label of the container")
  func counted() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    plant.scan("LOTWIRE:QUANTITY:5", at: "dock")
    plant.scan("S-CAP-1", at: "dock")
    plant.scan(ScannedLabel(text: "lot 10", scheme: "iso15434", lot: "C1", quantity: Quantity(10)), at: "dock")
    #expect(plant.received.map(\.quantity) == [Quantity(5)])
  }

  @Test("a prepared quantity is not left over for another material or run")
  func leftOver() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps())
    let film = plant.stocked(Plant.film())
    plant.scan("L-1", at: "filler")
    plant.scan("LOTWIRE:QUANTITY:3", at: "filler")
    plant.scan(caps.text, at: "filler")
    plant.scan("LOTWIRE:QUANTITY:5", at: "filler")
    plant.scan(caps.text, at: "filler")
    #expect(plant.code(film.text, at: "filler") == .quantityMissing)
    plant.scan("LOTWIRE:QUANTITY:5", at: "filler")
    plant.scan("LOTWIRE:END", at: "filler")
    plant.scan("L-2", at: "filler")
    #expect(plant.code(film.text, at: "filler") == .quantityMissing)
  }

  @Test("what an ended order has picked is put back; nothing more is picked for it")
  func endedOrder() {
    var plant = Plant()
    let caps = plant.stocked(Plant.caps())
    plant.scan("WO-1", at: "pick")
    plant.scan(caps.text, at: "pick")
    plant.scan("LOTWIRE:END", at: "pick")
    var order = Plant.order
    order.state = .cancelled
    order.materials = []
    plant.perform(.updateWork(WorkChange(orders: [order])))
    #expect(plant.scan("WO-1", at: "pick").isAccepted)
    #expect(plant.code(caps.text, at: "pick") == .orderNotReleased)
    plant.scan("LOTWIRE:UNPICK", at: "pick")
    #expect(plant.scan(caps.text, at: "pick").isAccepted)
    #expect(plant.floor.freeQuantity(of: caps) == Quantity(100))
    #expect(plant.floor.picked["WO-1"]?["CAP"] == .zero)
  }

  @Test("a delivery that ends while it is received takes no more")
  func endedDelivery() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.film(container: "C-1"), at: "dock")
    var delivery = Plant.delivery
    delivery.state = .cancelled
    plant.perform(.updateWork(WorkChange(deliveries: [delivery])))
    #expect(plant.code(Plant.film(container: "C-2"), at: "dock") == .deliveryEnded)
    #expect(plant.events.contains { $0.kind == .materialConflict })
  }

  @Test("a container is no other one because its lot was released or blocked meanwhile")
  func receivedAfterRelease() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    plant.scan(Plant.caps(), at: "dock")
    plant.scan(Plant.film(), at: "dock")
    plant.perform(.disposeMaterial(material: "ML-000001", status: .released, person: "Q-1", reason: "ok"))
    #expect(plant.code(Plant.caps(), at: "dock") == .containerRepeated)
    #expect(plant.received.count == 2)
  }

  @Test("a container number does not override another lot on the label")
  func otherLot() {
    var plant = Plant()
    _ = plant.stocked(Plant.film(container: "C-1"))
    var label = Plant.film(lot: "F-OTHER", container: "C-1")
    plant.scan("WO-1", at: "pick")
    #expect(plant.code(label, at: "pick") == .labelContradicts)
    plant.scan("L-1", at: "filler")
    #expect(plant.code(label, at: "filler") == .labelContradicts)
    label.lot = "F1"
    #expect(plant.scan(label, at: "pick").isAccepted)
  }

  @Test("a piece in a container is found, and known, by each of its numbers")
  func bothNumbers() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    var piece = Self.piece("7")
    piece.container = "C-7"
    piece.text = "both"
    piece.raw = Array("both".utf8)
    plant.scan(piece, at: "dock")
    var again = Self.piece("7")
    again.container = "C-8"
    again.raw = Array("again".utf8)
    #expect(plant.code(again, at: "dock") == .containerDuplicate)
    plant.scan("LOTWIRE:END", at: "dock")
    plant.perform(.disposeMaterial(material: "ML-000001", status: .released, person: "Q-1", reason: "ok"))
    plant.scan("WO-1", at: "pick")
    #expect(plant.scan(Self.piece("7"), at: "pick").isAccepted)
  }

  @Test("a receipt whose goods are in use is not undone")
  func undoUsed() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    plant.scan(Plant.caps(), at: "dock")
    plant.perform(.disposeMaterial(material: "ML-000001", status: .released, person: "Q-1", reason: "ok"))
    plant.scan("WO-1", at: "pick")
    plant.scan("ML-000001", at: "pick")
    plant.perform(.disposeMaterial(material: "ML-000001", status: .blocked, person: "Q-1", reason: "wrong"))
    #expect(plant.code("LOTWIRE:UNDO", at: "dock") == .undoUsed)
  }

  @Test("the remedy for a further container without a printed quantity leads to its receipt")
  func furtherContainer() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    let label = Plant.caps(quantity: nil)
    plant.scan(label, at: "dock")
    plant.scan("LOTWIRE:QUANTITY:5", at: "dock")
    plant.scan(label, at: "dock")
    #expect(plant.code("LOTWIRE:QUANTITY:6", at: "dock") == .containerRepeated)
    plant.scan("LOTWIRE:ANOTHER", at: "dock")
    plant.scan(label, at: "dock")
    #expect(plant.scan("LOTWIRE:QUANTITY:6", at: "dock").isAccepted)
    #expect(plant.received.map(\.quantity) == [Quantity(5), Quantity(6)])
  }

  @Test("a badge that was read badly is not shown")
  func badBadge() {
    var plant = Plant()
    let label = ScannedLabel(
      text: "badge-1", fault: .init(code: "scan.suffix_missing", words: Words("no end", "缺少结尾")))
    guard case .refused(let refusal) = plant.scan(label, at: "filler") else {
      Issue.record("accepted")
      return
    }
    #expect(refusal.read == "(badge)")
  }

  @Test("who no longer stands in the list keeps the name and loses the rights")
  func leaver() {
    var plant = Plant()
    plant.perform(.updatePeople([Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate])]))
    #expect(plant.floor.people["P-2"]?.rights == [])
    #expect(plant.code("badge-2", at: "dock") == .personRight)
  }

  @Test("a reload does not take a station away from under an open receipt or picking")
  func reload() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    var plan = plant.floor.plan
    plan.stations.removeAll { $0.name == "dock" }
    #expect(!plant.perform(.applyPlan(plan, digest: "plan-2", changes: [])).isAccepted)
    plant.scan("LOTWIRE:END", at: "dock")
    #expect(plant.perform(.applyPlan(plan, digest: "plan-2", changes: [])).isAccepted)
  }
}

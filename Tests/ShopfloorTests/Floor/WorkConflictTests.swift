import Testing

@testable import Shopfloor

@Suite("A work order that the ERP changes after it began")
struct WorkConflictTests {
  private func begun() -> FloorFixture {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.scan("LOTWIRE:END")
    return plant
  }

  private func change(_ plant: inout FloorFixture, _ body: (inout WorkOrder) -> Void) throws -> [Event] {
    var order = try #require(plant.floor.orders["WO-1"])
    body(&order)
    let before = plant.events.count
    plant.perform(.updateWork(WorkChange(orders: [order])))
    return Array(plant.events[before...])
  }

  private func conflicts(_ events: [Event]) -> [WorkConflict] {
    events.compactMap { if case .workConflict(let conflict) = $0 { conflict } else { nil } }
  }

  @Test("a lot that has begun stays; one that has not is gone, and free for another order")
  func lots() throws {
    var plant = begun()
    let events = try change(&plant) { $0.lots = ["L-3", "L-4"] }
    #expect(conflicts(events).map(\.kind) == [.lotRemoved] && conflicts(events).first?.lots == ["L-1"])
    #expect(plant.floor.orders["WO-1"]?.lots == ["L-3", "L-4", "L-1"])
    #expect(plant.refusal("L-2")?.code == .lotUnknown)
    plant.scan("badge-1", at: "oven")
    #expect(plant.scan("L-1", at: "oven").isAccepted)
    // Said again, it is no news.
    #expect(try change(&plant) { $0.lots = ["L-3", "L-4"] }.isEmpty)
    let other = WorkOrder(
      number: "WO-5", product: "bag", productName: "Bag", quantity: 1, unit: "pcs", operations: ["seal"],
      lots: ["L-2"], materials: [])
    plant.perform(.updateWork(WorkChange(orders: [other])))
    #expect(plant.floor.lots["L-2"]?.order == "WO-5")
    #expect(plant.scan("L-2").isAccepted)
  }

  @Test("a lot that is held and moved to another order stays held, and the move is named")
  func heldLotMoves() throws {
    var plant = FloorFixture()
    plant.perform(.hold(lot: "L-2", person: "P-2", reason: "dropped"))
    let hold = try #require(plant.floor.lots["L-2"]?.hold)
    _ = try change(&plant) { $0.lots = ["L-1"] }
    let other = WorkOrder(
      number: "WO-5", product: "bag", productName: "Bag", quantity: 1, unit: "pcs", operations: ["seal"],
      lots: ["L-2"], materials: [])
    let before = plant.events.count
    plant.perform(.updateWork(WorkChange(orders: [other])))
    #expect(plant.floor.lots["L-2"]?.order == "WO-5" && plant.floor.lots["L-2"]?.hold == hold)
    let named = conflicts(Array(plant.events[before...]))
    #expect(named.map(\.lots) == [["L-2"]] && named.first?.order == "WO-5")
    plant.scan("badge-1")
    #expect(!plant.scan("L-2").isAccepted)
    // Said again, it is no news.
    let after = plant.events.count
    plant.perform(.updateWork(WorkChange(orders: [other])))
    #expect(plant.events.count == after)
  }

  @Test("each contradiction is named once")
  func kinds() throws {
    var plant = begun()
    #expect(conflicts(try change(&plant) { $0.operations = ["cure", "print"] }).map(\.kind) == [.operationsChanged])
    #expect(plant.floor.orders["WO-1"]?.operations == ["cure", "print"])
    let cancelled = try change(&plant) { $0.state = .cancelled }
    #expect(conflicts(cancelled).contains { $0.kind == .ended && $0.lots == ["L-1"] })
    #expect(plant.refusal("L-3")?.code == .orderNotReleased)
    plant = begun()
    let ordered = try #require(plant.floor.orders["WO-1"])
    let product = try change(&plant) {
      $0.product = "bag"
      $0.quantity = 12
    }
    #expect(conflicts(product).map(\.kind) == [.otherProduct])
    #expect(plant.floor.orders["WO-1"]?.product == "pouch" && plant.floor.orders["WO-1"]?.quantity == ordered.quantity)
    #expect(plant.floor.orders["WO-1"]?.materials == ordered.materials)
    #expect(try change(&plant) { $0.product = "bag" }.isEmpty)
  }

  @Test("a lot moves from one order to another in one document, whichever stands first")
  func movedInOneDocument() throws {
    for isLosingFirst in [true, false] {
      var plant = FloorFixture()
      var former = try #require(plant.floor.orders["WO-1"])
      let moved = try #require(former.lots.last)
      former.lots.removeLast()
      var other = former
      other.number = "WO-77"
      other.lots = [moved]
      plant.perform(.updateWork(WorkChange(orders: isLosingFirst ? [former, other] : [other, former])))
      #expect(plant.floor.orders["WO-77"]?.lots == [moved])
      #expect(plant.floor.lots[moved]?.order == "WO-77")
      #expect(plant.floor.orders["WO-1"]?.lots == former.lots)
    }
  }

  @Test("before anything ran, the ERP may change everything")
  func notBegun() throws {
    var plant = FloorFixture()
    let events = try change(&plant) {
      $0.product = "bag"
      $0.lots = ["L-8"]
      $0.operations = ["cure"]
    }
    #expect(events.map(\.kind) == [.workOrderUpdated])
    #expect(plant.floor.orders["WO-1"]?.lots == ["L-8"])
  }

  @Test("the ERP owns the printed name of known people, the configuration all else")
  func people() {
    var plant = FloorFixture()
    func name(_ id: PersonID, _ name: String) -> Command {
      .updateWork(WorkChange(people: [PersonName(id: id, name: name)]))
    }
    plant.perform(name("P-1", "李伟"))
    plant.perform(name("P-99", "Nobody"))
    #expect(plant.floor.people["P-1"]?.name == "李伟" && plant.floor.people["P-1"]?.badge == "badge-1")
    #expect(plant.floor.people["P-99"] == nil)
    let before = plant.events.count
    plant.perform(name("P-1", "李伟"))
    // The configuration, read again, does not take the name back; its rights count.
    plant.perform(
      .updatePeople(
        plant.floor.people.values.map { person in
          Person(
            id: person.id, name: "old name", badge: person.badge,
            rights: person.id == "P-1" ? [.quality] : person.rights)
        }.filter { $0.id == "P-1" }))
    #expect(plant.floor.people["P-1"]?.name == "李伟" && plant.floor.people["P-1"]?.rights == [.quality])
    #expect(plant.events.count > before)
  }
}

import Testing

@testable import Shopfloor

@Suite("What the ERP shows otherwise than it was delivered")
struct DeliveryDriftTests {
  private func drift(_ row: Int64 = 7, _ field: String = "quantity", found: String, lot: LotNumber? = "L-1")
    -> DeliveryDrift
  {
    DeliveryDrift(
      outboxRow: row, idempotencyKey: "lotwire:record:L-1:0:ab", lot: lot, material: lot == nil ? "M-1" : nil,
      field: field, delivered: "1990", found: found)
  }

  private func compare(_ plant: inout FloorFixture, rows: [Int64] = [7, 8], _ drifts: DeliveryDrift...) -> [Event] {
    let before = plant.events.count
    plant.perform(
      .reportComparison(
        DeliveryComparison(connector: "tryton", comparedRows: rows, drifts: drifts, at: plant.time)))
    return Array(plant.events[before...])
  }

  private func kinds(_ events: [Event]) -> [EventKind] { events.map(\.kind) }

  @Test("one alarm for each row and field, once, with both values; it ends when the row holds again")
  func life() throws {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.scan("LOTWIRE:END")
    #expect(compare(&plant).isEmpty)
    let first = compare(&plant, drift(found: "1980"), drift(8, "attachment sha256", found: "missing"))
    #expect(kinds(first) == [.deliveriesCompared, .alarmRaised, .alarmRaised])
    #expect(plant.floor.alarms.keys.sorted() == ["A-000001", "A-000002"])
    let alarm = try #require(plant.floor.alarms["A-000001"])
    #expect(alarm.kind == .erpDrift && alarm.station == "sealer" && alarm.run == nil && alarm.urgency == .high)
    for part in ["L-1", "quantity", "1990", "1980"] {
      #expect(alarm.rule.english.contains(part) && alarm.rule.chinese.contains(part))
    }
    // The same again is no news; another value is, and no second alarm.
    #expect(compare(&plant, drift(found: "1980"), drift(8, "attachment sha256", found: "missing")).isEmpty)
    let other = compare(&plant, drift(found: "1700"), drift(8, "attachment sha256", found: "missing"))
    #expect(kinds(other) == [.deliveriesCompared])
    #expect(plant.floor.alarms["A-000001"]?.rule.english.contains("1700") == true)
    // A comparison that did not look at the row says nothing of it.
    #expect(compare(&plant, rows: [8], drift(8, "attachment sha256", found: "missing")).isEmpty)
    let back = compare(&plant, drift(8, "attachment sha256", found: "missing"))
    #expect(kinds(back) == [.deliveriesCompared, .alarmReturned])
    plant.perform(.acknowledge(alarm: "A-000001", person: "P-2", cause: "changed by hand"))
    #expect(plant.floor.alarms["A-000001"] == nil)
    // Acknowledged first, then right again: closed with the comparison.
    plant.perform(.acknowledge(alarm: "A-000002", person: "P-2", cause: "restored"))
    #expect(kinds(compare(&plant)) == [.deliveriesCompared, .alarmReturned, .alarmClosed])
    // It may drift anew.
    #expect(kinds(compare(&plant, drift(found: "1980"))) == [.deliveriesCompared, .alarmRaised])
    #expect(plant.floor.alarms.keys.sorted() == ["A-000003"])
  }

  @Test("stands where people know of it")
  func places() {
    var plant = FloorFixture()
    _ = compare(&plant, drift(1, found: "0", lot: "L-2"), drift(2, found: "0", lot: nil))
    // The last operation of the lot; without a dock, the first station.
    #expect(plant.floor.alarms["A-000001"]?.station == "oven")
    #expect(plant.floor.alarms["A-000002"]?.station == "sealer")
    var warehouse = WarehouseFixture()
    warehouse.perform(
      .reportComparison(
        DeliveryComparison(
          connector: "tryton", comparedRows: [2], drifts: [drift(2, found: "0", lot: nil)], at: warehouse.time)))
    #expect(warehouse.floor.alarms["A-000001"]?.station == "dock")
  }
}

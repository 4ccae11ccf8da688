import Testing

@testable import Shopfloor

@Suite("Receipt")
struct ReceiptTests {
  typealias Plant = WarehouseFixture

  @Test("a delivery becomes material lots in quarantine, container by container")
  func delivery() throws {
    var plant = Plant()
    #expect(plant.scan("PO-7", at: "dock").isAccepted)
    #expect(plant.scan(Plant.film(container: "C-1"), at: "dock").isAccepted)
    #expect(plant.scan(Plant.film(container: "C-2"), at: "dock").isAccepted)
    #expect(plant.scan(Plant.film(lot: "F2", container: "C-3"), at: "dock").isAccepted)
    #expect(plant.scan(Plant.caps(), at: "dock").isAccepted)
    let lots = plant.floor.materials.values.sorted { $0.number < $1.number }
    #expect(lots.map(\.number) == ["ML-000001", "ML-000002", "ML-000003"])
    #expect(lots.map(\.quantity) == [Quantity(100), Quantity(50), Quantity(100)])
    #expect(lots.allSatisfy { $0.status == .quarantined && $0.delivery == "PO-7" })
    #expect(lots.map(\.supplierLot) == ["F1", "F2", "C1"])
    plant.scan("LOTWIRE:END", at: "dock")
    guard case .receiptClosed(let closed) = plant.events.last else {
      Issue.record("not closed")
      return
    }
    #expect(
      closed.shortages == [
        Shortage(item: "FILM", expected: Quantity(200), actual: Quantity(150)),
        Shortage(item: "CAP", expected: Quantity(500), actual: Quantity(100)),
      ])
  }

  @Test("what item, lot, expiry and quantity need several labels for is joined, and nothing is received before")
  func joined() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    #expect(plant.scan("09521234543213", at: "dock").isAccepted)
    #expect(plant.scan(ScannedLabel(text: "lot F1", scheme: "gs1", lot: "F1"), at: "dock").isAccepted)
    #expect(plant.received.isEmpty)
    #expect(plant.code("LOTWIRE:END", at: "dock") == .receiptIncomplete)
    let date = ScannedLabel(text: "17271231", scheme: "gs1", unusableFrom: Timestamp(iso8601: "2028-01-01"))
    #expect(plant.scan(date, at: "dock").isAccepted)
    #expect(plant.received.isEmpty)
    #expect(plant.scan("LOTWIRE:QUANTITY:12.5", at: "dock").isAccepted)
    #expect(plant.received.map(\.quantity.description) == ["12.5"])
    #expect(plant.floor.station("dock").pending == nil)
  }

  @Test(
    "refuses what does not fit, and receives nothing",
    arguments: [
      (Plant.film(expires: "2026-11-01"), Refusal.Code.receiptExpired),
      (Plant.film(expires: "2026-12-01"), .remainingLife),
      (Plant.film(quantity: Quantity(221)), .overDelivery),
      (Plant.caps("S-CAP-2"), .itemUnexpected),
      (Plant.caps("UNKNOWN"), .itemUnknown),
      (
        ScannedLabel(text: "two", scheme: "gs1", itemCodes: ["09521234543213", "S-CAP-1"], lot: "X"), .labelContradicts
      ),
      (ScannedLabel(text: "hello"), .scanUnknown),
      (
        ScannedLabel(text: "d", scheme: "gs1", itemCodes: ["S-CAP-1"], lot: "C1172612", isLotDoubtful: true),
        .labelDoubtful
      ),
      (ScannedLabel(text: "LOTWIRE:QUANTITY:-1"), .quantityInvalid),
      (ScannedLabel(text: "LOTWIRE:START"), .stationRole),
    ])
  func refused(label: ScannedLabel, code: Refusal.Code) {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    #expect(plant.code(label, at: "dock") == code)
    #expect(plant.received.isEmpty && plant.floor.materials.isEmpty)
  }

  @Test("an over-delivery is taken up to the tolerance of the delivery")
  func tolerance() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    #expect(plant.scan(Plant.film(quantity: Quantity(220), container: "C-1"), at: "dock").isAccepted)
    #expect(plant.code(Plant.film(quantity: Quantity(1), container: "C-2"), at: "dock") == .overDelivery)
  }

  @Test("without an open receipt nothing is received; another delivery waits for the end of the first")
  func order() {
    var plant = Plant()
    #expect(plant.code(Plant.film(), at: "dock") == .receiptMissing)
    #expect(plant.code("LOTWIRE:END", at: "dock") == .receiptMissing)
    plant.scan("LOTWIRE:BLIND", at: "dock")
    #expect(plant.code("PO-7", at: "dock") == .receiptOpen)
    plant.scan("LOTWIRE:END", at: "dock")
    plant.perform(
      .updateWork(
        WorkChange(deliveries: [
          ExpectedDelivery(number: "PO-8", supplier: "S", lines: [], state: .cancelled)
        ])))
    #expect(plant.code("PO-8", at: "dock") == .deliveryEnded)
  }

  @Test("a container counts once, whatever its label is scanned; one without a number asks for the card")
  func duplicates() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.film(container: "C-1"), at: "dock")
    #expect(plant.scan(Plant.film(container: "C-1"), at: "dock").isAccepted)
    #expect(plant.received.count == 1)
    plant.scan(Plant.caps(), at: "dock")
    #expect(plant.code(Plant.film(container: "C-1"), at: "dock") == .containerDuplicate)
    #expect(plant.code(Plant.caps(), at: "dock") == .containerRepeated)
    plant.scan("LOTWIRE:ANOTHER", at: "dock")
    #expect(plant.scan(Plant.caps(), at: "dock").isAccepted)
    #expect(plant.received.map(\.quantity) == [Quantity(50), Quantity(100), Quantity(100)])
    #expect(plant.floor.materials["ML-000002"]?.quantity == Quantity(200))
  }

  @Test("the same lot with another expiry is refused")
  func otherExpiry() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.film(container: "C-1"), at: "dock")
    #expect(plant.code(Plant.film(expires: "2028-12-31", container: "C-2"), at: "dock") == .labelContradicts)
  }

  @Test("a checked lot is taken although a separator may be missing")
  func confirmed() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    let label = ScannedLabel(
      text: "d", scheme: "gs1", itemCodes: ["S-CAP-1"], lot: "C1172612", quantity: Quantity(3), isLotDoubtful: true)
    #expect(plant.code(label, at: "dock") == .labelDoubtful)
    plant.scan("LOTWIRE:CONFIRM", at: "dock")
    #expect(plant.scan(label, at: "dock").isAccepted)
    #expect(plant.received.map(\.supplierLot) == ["C1172612"])
  }

  @Test(
    "a label that may be cut off gives nothing before it was compared, whatever it holds",
    arguments: [
      ScannedLabel(text: "d", scheme: "iso15434", itemCodes: ["S-CAP-1"], isLotDoubtful: true),
      ScannedLabel(text: "d", scheme: "iso15434", quantity: Quantity(10), isLotDoubtful: true),
      ScannedLabel(text: "d", scheme: "gs1", serial: "S1172712", isLotDoubtful: true),
      ScannedLabel(text: "d", scheme: "iso15434", container: "J1", isLotDoubtful: true),
      ScannedLabel(text: "d", unusableFrom: Timestamp(iso8601: "2028-01-01"), isLotDoubtful: true),
    ])
  func doubtfulFields(label: ScannedLabel) {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    #expect(plant.code(label, at: "dock") == .labelDoubtful)
    #expect(plant.floor.station("dock").pending == nil)
    plant.scan("LOTWIRE:CONFIRM", at: "dock")
    #expect(plant.scan(label, at: "dock").isAccepted)
    #expect(plant.floor.station("dock").pending != nil)
  }

  @Test(
    "a count is taken for what is counted, a measure for what is measured in its unit; else a quantity card is asked for",
    arguments: [
      ("FILM", Quantity(12), "pcs", Quantity(decimal: "4.5"), "M", "4.5"),
      ("FILM", Quantity(12), nil, nil, nil, "12"),
      ("FILM", Quantity(12), "pcs", nil, nil, nil),
      ("FILM", Quantity(12), "pcs", Quantity(9), "lb", nil),
      ("FILM", Quantity(decimal: "4.5"), "m", Quantity(decimal: "4.5"), "m", "4.5"),
      ("CAP", Quantity(12), "pcs", Quantity(decimal: "4.5"), "kg", "12"),
      ("CAP", Quantity(12), "EA", nil, nil, "12"),
      ("CAP", Quantity(decimal: "4.5"), "kg", Quantity(decimal: "4.5"), "kg", nil),
    ] as [(String, Quantity?, String?, Quantity?, String?, String?)])
  func countsAndMeasures(
    item: String, quantity: Quantity?, unit: String?, measure: Quantity?, measureUnit: String?, received: String?
  ) {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    let label = ScannedLabel(
      text: "]d2 \(item)", scheme: "gs1", itemCodes: [item], lot: "L7", unusableFrom: Timestamp(iso8601: "2028-01-01"),
      quantity: quantity, quantityUnit: unit, measure: measure, measureUnit: measureUnit)
    #expect(plant.scan(label, at: "dock").isAccepted)
    #expect(plant.received.map(\.quantity.description) == (received.map { [$0] } ?? []))
    #expect((plant.floor.station("dock").pending == nil) == (received != nil))
    guard received == nil else { return }
    #expect(plant.scan("LOTWIRE:QUANTITY:7", at: "dock").isAccepted)
    #expect(plant.received.map(\.quantity) == [Quantity(7)])
  }

  @Test("a release needs the right, a reason and a lot in date; it is an event with both")
  func release() {
    var plant = Plant()
    plant.scan("LOTWIRE:BLIND", at: "dock")
    plant.scan(Plant.film(), at: "dock")
    func release(_ person: PersonID, _ reason: String) -> Command {
      .disposeMaterial(material: "ML-000001", status: .released, person: person, reason: reason)
    }
    #expect(!plant.perform(release("P-1", "ok")).isAccepted)
    #expect(!plant.perform(release("Q-1", "")).isAccepted)
    #expect(plant.perform(release("Q-1", "inspected")).isAccepted)
    #expect(plant.floor.materials["ML-000001"]?.status == .released)
    // More of a released lot starts in quarantine again, as a lot of its own.
    plant.scan("LOTWIRE:ANOTHER", at: "dock")
    #expect(plant.scan(Plant.film(), at: "dock").isAccepted)
    #expect(plant.floor.materials["ML-000002"]?.status == .quarantined)
  }

  @Test("what a person takes back is corrected by an event, once; not after the lot was released")
  func undo() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(Plant.film(container: "C-1"), at: "dock")
    #expect(plant.scan("LOTWIRE:UNDO", at: "dock").isAccepted)
    #expect(plant.floor.materials["ML-000001"]?.quantity == .zero)
    #expect(plant.scan("LOTWIRE:UNDO", at: "dock").isAccepted)
    #expect(plant.events.filter { $0.kind == .stepUndone }.count == 1)
    #expect(plant.received.count == 1)
    #expect(plant.scan(Plant.film(container: "C-1"), at: "dock").isAccepted)
    #expect(plant.floor.materials["ML-000001"]?.quantity == Quantity(50))
    plant.perform(.disposeMaterial(material: "ML-000001", status: .released, person: "Q-1", reason: "ok"))
    #expect(plant.code("LOTWIRE:UNDO", at: "dock") == .undoUsed)
  }

  @Test("the bytes as they came are recorded before any interpretation, of badges never")
  func rawBytes() {
    var plant = Plant()
    plant.scan("PO-7", at: "dock")
    plant.scan(
      ScannedLabel(
        text: "x", scheme: "gs1", raw: [0x1D, 0xFF], aimIdentifier: "]d2",
        fault: .init(
          code: "gs1.check_digit", words: Words("wrong", "错误"))), at: "dock")
    let scans = plant.events.compactMap { if case .labelScanned(let scan) = $0 { scan } else { nil } }
    #expect(scans.last?.raw == "1dff")
    #expect(scans.last?.aimIdentifier == "]d2")
    #expect(scans.last?.outcome == .refused)
    #expect(!scans.contains { $0.raw == hexadecimal(Array("badge-1".utf8)) })
  }
}

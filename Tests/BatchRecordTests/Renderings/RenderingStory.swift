import Shopfloor
import Testing

@testable import BatchRecord
@testable import Ledger

/// Sealed records for the renderings, whose events have the bytes that the ledger gives them.
enum RenderingStory {
  static func key() throws -> SigningKey { try #require(SigningKey(seed: Array(repeating: 8, count: 32))) }

  /// One short run with a bit of everything: bad readings, an alarm that was acknowledged, a hold, a correction, material
  /// from its receipt to its use.
  static func eventful(seed: UInt64 = 1) throws -> [UInt8] {
    var builder = EvidenceBuilder(seed: seed)
    let at = EvidenceBuilder.at
    builder.workOrder?.deviceIdentifier = "04012345678901"
    addReceipts(to: &builder)
    let run = builder.addRun("R-1", station: "sealer", operation: "seal", lots: [builder.lot], from: 0, to: 40)
    builder.addSeries("seal.temperature", index: 1, unit: "°C", run: run, count: 18)
    builder.addSeries("seal.active", index: 0, unit: "", run: run, count: 6)
    for cycle in 1...3 { builder.addCycle(cycle, from: Double(cycle) * 5 - 3, to: Double(cycle) * 5) }
    builder.add(
      .alarmRaised(
        Alarm(
          id: "A-1", kind: .specification, station: "sealer", source: "seal.temperature",
          rule: Words("above 195.5", "高于 195.5"), side: .high, value: 196.25, limit: 195.5, unit: "°C", run: "R-1",
          raisedAt: at(10))), at: at(10))
    builder.add(
      .alarmAcknowledged(AlarmAcknowledged(alarm: "A-1", person: "P-2", cause: "Heater <band> 加热带", at: at(12))),
      at: at(12), actor: "person P-2")
    builder.add(
      .materialPicked(
        MaterialPicked(
          order: "WO-1", material: "M-300", item: "04012345000016", quantity: Quantity(20), station: "store",
          person: "P-1", at: at(13))), at: at(13), actor: "person P-1")
    let film = use("M-100", "FILM", 0.25, at: 14)
    builder.add(.materialConsumed(film), at: film.at, actor: "person P-1")
    builder.add(.materialConsumed(use("M-300", "04012345000016", 12.125, at: 15)), at: at(15), actor: "person P-1")
    builder.add(.materialConsumed(use("M-200", "TRAY", 5, at: 16)), at: at(16), actor: "person P-1")
    builder.add(
      .stepUndone(
        StepUndone(station: "sealer", person: "P-2", step: .consumed(use("M-200", "TRAY", 5, at: 16)), at: at(17))),
      at: at(17), actor: "person P-2")
    builder.add(
      .lotHeld(LotHeld(lot: builder.lot, person: "P-3", reason: "check & see")), at: at(18), actor: "person P-3")
    builder.add(
      .lotHoldLifted(LotHeld(lot: builder.lot, person: "P-3", reason: "fine")), at: at(19), actor: "person P-3")
    builder.add(.runEnded(RunEnded(run: "R-1", person: "P-1", at: at(40), completedOperation: true)), at: at(40))
    builder.add(.lotCompleted(LotCompleted(lot: builder.lot, workOrder: "WO-1", at: at(50))), at: at(50))
    return try sealed(builder)
  }

  /// A run with lots of two orders: film that was picked for both of them, trays that were picked for one, and film of
  /// which nobody said whose it was.
  static func shared() throws -> [UInt8] {
    var builder = EvidenceBuilder(seed: 5)
    let at = EvidenceBuilder.at
    addReceipts(to: &builder)
    builder.addRun(
      "R-1", station: "sealer", operation: "seal", lots: [builder.lot, "LOT-90"], orders: ["WO-1", "WO-2"], from: 0,
      to: 40)
    for (order, quantity) in [("WO-1", 8_000_000), ("WO-2", 4_125_000)] as [(WorkOrderNumber, Int64)] {
      builder.add(
        .materialPicked(
          MaterialPicked(
            order: order, material: "M-300", item: "04012345000016", quantity: Quantity(millionths: quantity),
            station: "store", person: "P-1", at: at(3))), at: at(3), actor: "person P-1")
    }
    var film = use("M-300", "04012345000016", 12.125, at: 5)
    film.fromPicked = [
      .init(order: "WO-1", quantity: Quantity(8)), .init(order: "WO-2", quantity: Quantity(millionths: 4_125_000)),
    ]
    builder.add(.materialConsumed(film), at: film.at, actor: "person P-1")
    var trays = use("M-200", "TRAY", 6, at: 6)
    trays.fromPicked = [.init(order: "WO-2", quantity: Quantity(5))]
    builder.add(.materialConsumed(trays), at: trays.at, actor: "person P-1")
    var uncounted = use("M-100", "FILM", 1, at: 7)
    uncounted.quantity = nil
    builder.add(.materialConsumed(uncounted), at: uncounted.at, actor: "person P-1")
    builder.add(.runEnded(RunEnded(run: "R-1", person: "P-1", at: at(40), completedOperation: true)), at: at(40))
    builder.add(.lotCompleted(LotCompleted(lot: builder.lot, workOrder: "WO-1", at: at(50))), at: at(50))
    return try sealed(builder)
  }

  private static func use(
    _ lot: MaterialLotNumber, _ item: ItemCode, _ quantity: Double, at seconds: Double
  ) -> MaterialConsumed {
    MaterialConsumed(
      run: "R-1", materialLot: lot, item: item, person: "P-1", quantity: quantity, serial: nil,
      at: EvidenceBuilder.at(seconds))
  }

  /// A lot with its maker's GTIN and one without.
  private static func addReceipts(to builder: inout EvidenceBuilder) {
    let at = EvidenceBuilder.at
    builder.materialLots.append(
      MaterialLot(
        number: "M-300", item: "04012345000016", status: .released, unusableFrom: at(86_400 * 400),
        supplierLot: "S/1-009"))
    builder.materialLots[0].supplierLot = "F-77"
    if let order = builder.workOrder { builder.add(.workOrderUpdated(order), at: at(-700), actor: "erp") }
    builder.add(
      .itemUpdated(Item(code: "04012345000016", name: "Film <70> µm", unit: "m")), at: at(-690), actor: "erp")
    builder.add(
      .materialReceived(
        MaterialReceived(
          material: "M-300", item: "04012345000016", supplierLot: "S/1-009", quantity: Quantity(500),
          unusableFrom: at(86_400 * 400), delivery: "PO-55", station: "dock", person: "P-1", at: at(-610))),
      at: at(-610), actor: "person P-1")
    builder.add(
      .materialReceived(
        MaterialReceived(
          material: "M-100", item: "FILM", supplierLot: "F-77", quantity: Quantity(40), unusableFrom: at(86_400 * 90),
          station: "dock", person: "P-1", at: at(-600))), at: at(-600), actor: "person P-1")
  }

  static func quiet() throws -> [UInt8] { try sealed(EvidenceBuilder.quiet()) }

  /// What people counted, one count in the place of another.
  static func counted() throws -> [UInt8] {
    var builder = whole(seed: 3)
    let at = EvidenceBuilder.at
    var first = QuantityReported(
      lot: builder.lot, operation: "seal", station: "sealer", run: "R-1", good: Quantity(97), person: "P-1", at: at(98))
    builder.add(.quantityReported(first), at: at(98), actor: "person P-1")
    first.good = Quantity(96)
    first.scrap = [RejectedQuantity(quantity: Quantity(3), reason: "burnt seam")]
    first.rework = [RejectedQuantity(quantity: Quantity(1), reason: "Etikett \u{0} schief")]
    first.correction = "one was counted twice"
    first.at = at(99)
    builder.add(.quantityReported(first), at: at(99), actor: "person P-1")
    return try sealed(builder)
  }

  static func sealed(_ builder: EvidenceBuilder, maximumInlineReadings: Int = 200_000) throws -> [UInt8] {
    let document = BatchRecordAssembler.assemble(
      evidence: try stored(builder), maximumInlineReadings: maximumInlineReadings)
    return try RecordSeal.seal(document, with: key()).bytes
  }

  static func whole(seed: UInt64) -> EvidenceBuilder {
    var builder = EvidenceBuilder.eventful(seed: seed)
    let at = EvidenceBuilder.at
    builder.workOrder?.deviceIdentifier = "04012345678901"
    addReceipts(to: &builder)
    builder.add(
      .materialConsumed(
        MaterialConsumed(
          run: "R-2", materialLot: "M-300", item: "04012345000016", person: "P-1", quantity: 12.125, serial: nil,
          at: at(504))), at: at(504), actor: "person P-1")
    builder.add(
      .calibrationRecorded(
        Calibration(
          station: "sealer", parameter: "seal.temperature", performedAt: at(-1000), asFound: .inTolerance,
          asLeft: .inTolerance, dueAt: at(86_400 * 90), certificate: "C-<7>", person: "P-3")), at: at(505),
      actor: "person P-3")
    builder.add(
      .alarmEscalated(AlarmEscalated(alarm: "A-3", level: 1, to: "shift leader", at: at(506))), at: at(506))
    return builder
  }

  /// The evidence with the bytes and hashes of a real ledger.
  private static func stored(_ builder: EvidenceBuilder) throws -> LotEvidence {
    var evidence = builder.evidence
    var head = [UInt8](repeating: 7, count: 32)
    let encoder = EventChain.makeEncoder()
    for place in evidence.events.indices {
      let record = evidence.events[place]
      let envelope = EventChain.Envelope(
        sequence: record.sequence, time: record.time, monotonic: record.monotonicMicroseconds, actor: record.actor,
        derived: record.derived, event: record.event)
      evidence.events[place].canonicalBytes = try EventChain.canonicalBytes(of: envelope, with: encoder)
      head = EventChain.hash(after: head, of: evidence.events[place].canonicalBytes)
      evidence.events[place].hash = head
    }
    evidence.throughHash = head
    return evidence
  }
}

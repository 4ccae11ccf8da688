import Shopfloor
import Testing

@testable import BatchRecord
@testable import Ledger

/// Sealed records for the renderings, whose events have the bytes that the ledger gives them.
enum RenderingStory {
  static func key() throws -> SigningKey { try #require(SigningKey(seed: Array(repeating: 8, count: 32))) }

  /// Two operations with readings, alarms, corrections, holds and counts; material from its receipt to its use.
  static func eventful(seed: UInt64 = 1) throws -> [UInt8] { try sealed(whole(seed: seed)) }

  static func quiet() throws -> [UInt8] { try sealed(EvidenceBuilder.quiet()) }

  /// The record of format 6 with what format 7 adds.
  static func counted() throws -> [UInt8] {
    let document = BatchRecordAssembler.assemble(evidence: try stored(whole(seed: 3)))
    let at = CanonicalJSON.time(EvidenceBuilder.at(99))
    let quantities: CanonicalJSON = .array([
      .object([
        "at": at, "operation": .string("seal"), "station": .string("sealer"), "run": .string("R-1"),
        "good": .string("96"), "person": .string("P-1"),
        "scrap": .array([.object(["quantity": .string("3"), "reason": .string("burnt seam")])]),
        "rework": .array([.object(["quantity": .string("1"), "reason": .string("Etikett \u{0} schief")])]),
      ])
    ])
    return try forge(document.record.changed(at: ["quantities"]) { _ in quantities }, with: key())
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
    builder.materialLots.append(
      MaterialLot(
        number: "M-300", item: "04012345000016", status: .released, unusableFrom: at(86_400 * 400),
        supplierLot: "S/1 009"))
    if let order = builder.workOrder { builder.add(.workOrderUpdated(order), at: at(501), actor: "erp") }
    builder.add(
      .itemUpdated(Item(code: "04012345000016", name: "Film <70> µm", unit: "m")), at: at(502), actor: "erp")
    builder.add(
      .materialReceived(
        MaterialReceived(
          material: "M-300", item: "04012345000016", supplierLot: "S/1 009", quantity: Quantity(500),
          unusableFrom: at(86_400 * 400), delivery: "PO-55", station: "dock", person: "P-1", at: at(503))),
      at: at(503), actor: "person P-1")
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

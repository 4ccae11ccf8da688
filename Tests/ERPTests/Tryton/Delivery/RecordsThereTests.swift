import BatchRecord
import Foundation
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Records that were delivered earlier and are read back: people may have written into them.
@Suite struct RecordsThereTests {
  static let lots = ["L-1", "L-2"]

  static func made(_ lot: String, good: String = "10") -> TrytonRows.Made {
    TrytonRows.Made(lot: lot, order: "WO-1", lots: lots, ordered: "20", good: good, uses: [])
  }

  static func attachment(_ id: Int64, _ row: OutboxRow, on resource: String = "production,7") throws -> TableTryton.Row
  {
    let job = RecordFlow.Job(row: row, extract: try LotExtract(sealedBytes: row.payload))
    return [
      "id": .integer(id), "resource": .text(resource), "name": .text(job.fileName), "create_uid": .integer(7),
      "description": .text(RecordFile.description(job, expiry: nil)), "data": .bytes(row.payload),
      "data_size": .integer(Int64(row.payload.count)), "write_date": .null,
    ]
  }

  private func read(_ tryton: TableTryton, key: VerifyingKey? = nil) async throws -> Result<[LotExtract], DeliveryStop>?
  {
    try await RecordsThere(desk: tryton.desk(recordKey: key)).extracts(
      of: ["production,7": try Self.lots.map { try LotNumber($0) }], known: [:])["production,7"]
  }

  @Test("the newest revision of each lot, whatever the order of the files; nothing while one lot has none")
  func newest() async throws {
    var rows = TrytonRows()
    let first = try Self.attachment(1, try rows.record(Self.made("L-1")))
    let later = try Self.attachment(2, try rows.record(Self.made("L-1", good: "9"), revision: 1))
    let second = try Self.attachment(3, try rows.record(Self.made("L-2")))
    for files in [[first, later, second], [later, second, first]] {
      let found = try await read(TableTryton(["ir.attachment": files]), key: TrytonRows.key.verifyingKey)?.get()
      #expect(found?.map { "\($0.lot) \($0.revision)" } == ["L-1 1", "L-2 0"])
    }
    #expect(try await read(TableTryton(["ir.attachment": [first, later]])) == nil)
  }

  private func blocked(_ file: TableTryton.Row, key: VerifyingKey? = nil) async throws -> String {
    var rows = TrytonRows()
    let other = try Self.attachment(5, try rows.record(Self.made("L-1")))
    guard
      case .failure(.blocked(let reason))? = try await read(
        TableTryton(["ir.attachment": [other, file]]), key: key)
    else { return "not blocked" }
    return reason
  }

  @Test("a file that somebody changed is named, with what does not fit, and nothing is booked from it")
  func changed() async throws {
    var rows = TrytonRows()
    let row = try rows.record(Self.made("L-2"))
    let whole = try Self.attachment(9, row)
    guard case .text(let name)? = whole["name"], case .text(let description)? = whole["description"] else { return }

    var other = whole
    other["data"] = .bytes(try rows.record(Self.made("L-2", good: "20")).payload)
    let bytes = try await blocked(other)
    #expect(bytes.contains("the attachment \(name) in the ERP (its number 9) was changed: its bytes have SHA-256"))

    var newKey = try rows.record(Self.made("L-2", good: "20"))
    newKey.idempotencyKey = row.idempotencyKey
    let under = try await blocked(Self.attachment(9, newKey))
    #expect(under.contains("the record inside is of lot L-2, revision 0"))

    var unnamed = whole
    unnamed["name"] = .text("EBR-L-2-final")
    #expect(try await blocked(unnamed).contains("EBR-L-2-final"))
    unnamed = whole
    unnamed["description"] = .text(description.replacingOccurrences(of: ":0:", with: ":3:"))
    #expect(try await blocked(unnamed).contains("its description says lotwire:record:L-2:3:"))
    unnamed["description"] = .text("")
    #expect(try await blocked(unnamed).contains("its name and description are not as a record is delivered"))
  }

  @Test("a record whose digest or seal is not the line's is not believed, although all names fit")
  func sealed() async throws {
    var rows = TrytonRows()
    let foreign = try Self.attachment(9, try rows.record(Self.made("L-2"), key: SigningKey()))
    #expect(
      try await blocked(foreign, key: TrytonRows.key.verifyingKey).contains("its seal is not one of the line's key"))

    var row = try rows.record(Self.made("L-2"))
    let text = String(decoding: row.payload, as: UTF8.self)
    row.payload = Array(text.replacingOccurrences(of: #""good":"10""#, with: #""good":"11""#).utf8)
    row.payloadSHA256 = lowerCaseSHA256(row.payload)
    #expect(try await blocked(Self.attachment(9, row)).contains("the record in it has the digest"))
  }
}

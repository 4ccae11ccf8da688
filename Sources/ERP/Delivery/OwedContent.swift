import BatchRecord
import Foundation
import Ledger
import Shopfloor

/// What an outbox row owes to the ERP, read from its payload.
enum OwedContent: Sendable {
  case movement(MaterialMovement)
  case report(ProductionReportMessage)
  case record(LotExtract)

  init(_ row: OutboxRow) throws(OwedContentFault) {
    switch row.kind {
    case MaterialMovement.kind: self = .movement(try Self.decode(row))
    case ProductionReportMessage.kind: self = .report(try Self.decode(row))
    case CommitGroup.SealedRecord.kind:
      do throws(LotExtractFault) {
        self = .record(try LotExtract(sealedBytes: row.payload))
      } catch {
        throw .notReadable(key: row.idempotencyKey, why: error.description)
      }
    default: throw .unknownKind(key: row.idempotencyKey, kind: row.kind)
    }
  }

  private static func decode<Value: Decodable>(_ row: OutboxRow) throws(OwedContentFault) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(row.payload))
    } catch let DecodingError.keyNotFound(key, _) {
      throw .notReadable(key: row.idempotencyKey, why: "\(key.stringValue) is missing")
    } catch let DecodingError.dataCorrupted(context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .notReadable(key: row.idempotencyKey, why: "\(place): \(context.debugDescription)")
    } catch {
      throw .notReadable(key: row.idempotencyKey, why: oneLine("\(error)"))
    }
  }
}

/// Why a row of our own outbox cannot be told to the ERP. Repeating does not help.
enum OwedContentFault: Error, Hashable, Sendable {
  case unknownKind(key: String, kind: String)
  case notReadable(key: String, why: String)
}

extension OwedContentFault: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownKind(let key, let kind):
      "the row \(key) is of the kind \"\(displayable(kind))\", which this connector does not know; update the program, "
        + "then release the delivery"
    case .notReadable(let key, let why):
      "the content of our own row \(key) cannot be read: \(why); report it to the maker, nothing was sent"
    }
  }
}

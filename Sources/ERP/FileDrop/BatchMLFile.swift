import BatchRecord
import Ledger

/// The BatchML document that goes beside a record.
enum BatchMLFile {
  struct Fault: Error, Hashable {
    var reason: String
  }

  /// Nil for rows of which the standard has no words.
  static func document(of row: OutboxRow) -> Result<OutboundFolder.Document?, Fault> {
    do throws(RenderingFault) {
      switch row.kind {
      case CommitGroup.SealedRecord.kind: return .success(.init(".xml", try RecordRendering.batchML(of: row.payload)))
      case MaterialMovement.kind, ProductionReportMessage.kind:
        return .success(.init(".xml", try RecordRendering.batchML(ofMovement: row.payload)))
      default: return .success(nil)
      }
    } catch {
      return .failure(Fault(reason: "no BatchML document can be made of it (\(error.code)): \(error)"))
    }
  }
}

import Devices
import ERP
import Ledger
import Recorder
import Shopfloor

/// Writes into the ledger, before the connector acts, what auditors must find again. Of a text, the first
/// `maximumERPTextCharacters` (300) characters stand there; what is cut ends with "… (N characters)", N being all of them.
/// A line feed is shown as <U+000A>, as everything else that cannot be printed.
struct ERPJournal: DeliveryJournal {
  let recorder: Recorder
  let connector: String
  let clock: any WallClock

  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {
    let at = clock.now().utc
    let note = ERPNote(
      kind, connector: connector, name: name, text: displayable(text, maximumCharacters: maximumERPTextCharacters),
      idempotencyKey: row?.idempotencyKey, lot: row?.lot, material: row?.material, at: at)
    guard case .refused(let refusal) = await recorder.perform(.noteERP(note), actor: "recorder", at: at) else { return }
    throw ERPFailure(
      .local, problem: "the ledger did not take a note that must be there first: \(refusal.words.english)",
      remedy: "Nothing was sent; see why the ledger does not record (lotwire status)")
  }
}

import Ledger
import Shopfloor
import Synchronization

/// Writes down when the ERP stops and begins again to accept what we prove ourselves with: once each, not at every
/// attempt.
final class HTTPAccess: Sendable {
  private enum Proof { case credential, certificate }

  private let refused = Mutex<Proof?>(nil)
  private let address: String

  init(address: String) { self.address = address }

  /// - Throws: where the note is not durable; it is written at the next attempt then.
  func note(_ failure: ERPFailure?, _ journal: any DeliveryJournal, _ row: OutboxRow) async throws(ERPFailure) {
    let before = refused.withLock { $0 }
    guard let failure else {
      guard let before else { return }
      let kind: ERPNote.Kind = before == .certificate ? .certificateAccepted : .credentialAccepted
      try await journal.note(kind, name: nil, text: "\(address) accepts us again", row: row)
      refused.withLock { $0 = nil }
      return
    }
    guard failure.code == .unauthorized else { return }
    // What is said of TLS names the certificate; a status code concerns token or signature.
    let proof: Proof = failure.problem.contains("certificate") ? .certificate : .credential
    guard proof != before else { return }
    let kind: ERPNote.Kind = proof == .certificate ? .certificateRefused : .credentialRefused
    try await journal.note(kind, name: nil, text: failure.problem, row: row)
    refused.withLock { $0 = proof }
  }
}

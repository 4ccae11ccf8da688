extension ERPService {
  /// Ends a pause after a refusal where the password, token, key or certificate is another since.
  func lookAtProof(_ round: inout ERPRound) async {
    guard round.proof.looked(await connector.proofDigest(), at: monotonic) else { return }
    ports.note("what proves to the ERP who we are was changed: it is tried now")
    round.reopen(at: monotonic)
  }

  /// Writes down what changed about whether the ERP lets us in. What is not durable is written the next time.
  func writeAccess(_ round: inout ERPRound) async {
    for note in round.access.due where !Task.isCancelled {
      do throws(ERPFailure) {
        try await ports.journal.note(note.kind, name: nil, text: note.text, row: nil)
      } catch {
        return ports.note("whether the ERP lets us in is not written down yet: \(error)")
      }
      round.access.wrote(note)
    }
  }
}

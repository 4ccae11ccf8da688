import Shopfloor

/// What is to be written down about whether the ERP lets us in: each change once, not every attempt. Pure.
///
/// What was refused before the start of the daemon is not known here. So the first success says that we are let in, and
/// the floor keeps it only where an alarm waits for it.
struct AccessNotes: Hashable {
  struct Note: Hashable {
    var kind: ERPNote.Kind
    var text: String
  }

  private struct Proof: Hashable {
    /// What the ERP did not let us do, since it last let us do the same.
    var refused: Set<ERPStatus.Activity> = []
    /// Why, in the words of the latest refusal.
    var text = ""
    /// What was written down last; nil: nothing since the start.
    var isWrittenAsAccepted: Bool?
  }

  private let saysRefusals: Bool
  private var credential = Proof()
  /// Whoever is let in has no certificate in its way: its acceptance is news after a refusal only.
  private var certificate = Proof(isWrittenAsAccepted: true)
  private var isLetIn = false

  /// - Parameter saysRefusals: false: the connector writes down refusals, and acceptances after them.
  init(saysRefusals: Bool) { self.saysRefusals = saysRefusals }

  mutating func succeeded(_ activity: ERPStatus.Activity) {
    isLetIn = true
    certificate.refused = []
    credential.refused.remove(activity)
  }

  mutating func failed(_ failure: ERPFailure, _ activity: ERPStatus.Activity) {
    guard failure.code == .unauthorized else { return }
    if failure.isAboutCertificate {
      certificate.refused.insert(activity)
      certificate.text = failure.problem
    } else {
      // Whoever looked at the credential had accepted the certificates.
      certificate.refused = []
      credential.refused.insert(activity)
      credential.text = failure.problem
    }
  }

  /// No row is left that could show that deliveries are let in again.
  mutating func nothingWaits() { credential.refused.remove(.delivery) }

  /// In the order in which they are to be written.
  var due: [Note] {
    var notes: [Note] = []
    if saysRefusals, certificate.refused.isEmpty != certificate.isWrittenAsAccepted {
      notes.append(
        certificate.refused.isEmpty
          ? Note(kind: .certificateAccepted, text: "the certificates are accepted again")
          : Note(kind: .certificateRefused, text: certificate.text))
    }
    if credential.refused.isEmpty {
      let isNews = saysRefusals ? credential.isWrittenAsAccepted != true : credential.isWrittenAsAccepted == nil
      if isLetIn, isNews { notes.append(Note(kind: .credentialAccepted, text: "the ERP answers what it is asked")) }
    } else if saysRefusals, credential.isWrittenAsAccepted != false {
      notes.append(Note(kind: .credentialRefused, text: credential.text))
    }
    return notes
  }

  mutating func wrote(_ note: Note) {
    switch note.kind {
    case .certificateAccepted: certificate.isWrittenAsAccepted = true
    case .certificateRefused: certificate.isWrittenAsAccepted = false
    case .credentialAccepted: credential.isWrittenAsAccepted = true
    default: credential.isWrittenAsAccepted = false
    }
  }
}

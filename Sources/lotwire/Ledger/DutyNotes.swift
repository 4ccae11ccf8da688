import Synchronization

/// What duties say of themselves beside done and failed, for the status: how far a copy is behind.
///
/// A class, because the thread of the duties writes it and the status reads it.
final class DutyNotes: Sendable {
  private let notes = Mutex<[String: String]>([:])

  func set(_ note: String?, for duty: String) { notes.withLock { $0[duty] = note } }

  subscript(_ duty: String) -> String? { notes.withLock { $0[duty] } }
}

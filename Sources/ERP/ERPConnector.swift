public import Ledger
public import Shopfloor

/// One way to talk to an ERP (CONNECTORS.md of this room). A connector is used by one task at a time.
///
/// Whatever is called, and however often: a row becomes its objects in the ERP exactly once. A connector looks by our key
/// before it creates, reads back what it created or advanced, and believes no answer that it has not read back.
public protocol ERPConnector: Sendable {
  /// The name in reports, status and messages: "http", "file-drop", "tryton".
  var name: String { get }

  /// Whether the connector itself writes down that it is not let in and is again; false: the service does it, from what
  /// fails as `unauthorized` and from what goes through.
  var writesDownAccess: Bool { get }

  /// Another one where what the connector proves itself with (password, token, key, certificate) is another, as its files
  /// hold it now: after a refusal the service then tries again before the time. Nil where there is no such thing. Cheap;
  /// compared in memory, never shown or kept.
  func proofDigest() async -> String?

  /// What changed in the ERP since the cursor; everything where the cursor is nil.
  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate

  /// Called after the update and its cursor are durable on our side.
  func confirm(_ update: WorkUpdate) async throws(ERPFailure)

  /// Brings one row to the ERP exactly once, however often it is called for the same row.
  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict

  /// Brings several rows to the ERP in their order. Returns an answer for each row that was tried, in the order of the
  /// rows; stops after the first one that was not delivered, so that the answers may be fewer than the rows. Rows of one
  /// order key stand in their order; what was said of one does not change what is said of those of other keys.
  func deliver(_ rows: [OutboxRow], _ journal: any DeliveryJournal) async -> [Result<DeliveryVerdict, ERPFailure>]

  /// Compares what the ERP holds now with what was delivered. Reads only.
  ///
  /// - Parameter rows: delivered rows with their payloads.
  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift]

  /// Gives back connections and threads. Called once, last.
  func close() async
}

extension ERPConnector {
  public var writesDownAccess: Bool { false }

  public func proofDigest() async -> String? { nil }

  public func confirm(_ update: WorkUpdate) async throws(ERPFailure) {}

  public func deliver(
    _ rows: [OutboxRow], _ journal: any DeliveryJournal
  ) async -> [Result<DeliveryVerdict, ERPFailure>] {
    var answers: [Result<DeliveryVerdict, ERPFailure>] = []
    for row in rows {
      do throws(ERPFailure) {
        let verdict = try await deliver(row, journal)
        answers.append(.success(verdict))
        // What follows a blocked row in its order key must not pass it.
        guard case .delivered = verdict else { break }
      } catch {
        answers.append(.failure(error))
        break
      }
    }
    return answers
  }
}

/// Where a connector writes down, before it acts, what an auditor must find again.
public protocol DeliveryJournal: Sendable {
  /// Returns when the note is durable. A connector that cannot write it down does not act.
  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure)
}

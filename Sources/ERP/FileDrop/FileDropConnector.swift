public import Devices
public import Ledger
public import Shopfloor
import Synchronization

/// Exchanges files with an ERP that imports and exports folders. The name of a file is our key, its content is the
/// record byte for byte; so the look-up is the file itself and writing it twice is not possible.
///
/// A class because it owns a thread of its own: a share that hangs must not hold up anybody else, nor the end of the
/// daemon.
public final class FileDropConnector: ERPConnector {
  public let name = "file-drop"
  let settings: FileDropSettings
  private let thread = OwnThread(label: "lotwire.erp.file-drop")

  private let clock: any WallClock
  /// A folder may hold the movements of weeks: what a killed daemon left unfinished is looked for once.
  private let isTidy = Atomic(false)

  public init(_ settings: FileDropSettings, clock: any WallClock = SystemClock()) {
    self.settings = settings
    self.clock = clock
  }

  public func close() async {}

  public func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    let settings = settings
    if !isTidy.load(ordering: .relaxed) {
      try await onOwnThread { () throws(DurableFile.Fault) in
        try DurableFile.removeTemporaryFiles(in: settings.outboundFolder)
      }
      isTidy.store(true, ordering: .relaxed)
    }
    var documents = [OutboundFolder.Document(".json", row.payload)]
    if settings.format == .batchML {
      switch BatchMLFile.document(of: row) {
      case .success(let document?): documents.append(document)
      case .success(nil): break
      case .failure(let fault): return .blocked(reason: oneLine(fault.reason))
      }
    }
    let made = documents
    let verdict = try await onOwnThread { () throws(DurableFile.Fault) in
      try OutboundFolder(path: settings.outboundFolder, awaitsAcknowledgement: settings.awaitsAcknowledgement)
        .deliver(row, made)
    }
    if let verdict { return verdict }
    throw ERPFailure(
      .awaitingReceiver,
      problem: "the importer has not yet acknowledged \(FileDropName.of(key: row.idempotencyKey)).json",
      remedy: "Check that the import job of the ERP runs")
  }

  public func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    let settings = settings
    return try await onOwnThread { () throws(DurableFile.Fault) in
      try OutboundFolder(path: settings.outboundFolder, awaitsAcknowledgement: settings.awaitsAcknowledgement)
        .compare(rows)
    }
  }

  public func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    guard let folder = settings.inboundFolder else { return WorkUpdate(cursor: cursor) }
    let oldEnough = clock.now().utc.advanced(byMicroseconds: -settings.settleMicroseconds)
    return try await onOwnThread { () throws(DurableFile.Fault) in
      try InboundFolder(path: folder).read(completeBefore: oldEnough)
    }
  }

  public func confirm(_ update: WorkUpdate) async throws(ERPFailure) {
    guard let folder = settings.inboundFolder, !update.sources.isEmpty else { return }
    try await onOwnThread { () throws(DurableFile.Fault) in try InboundFolder(path: folder).putAway(update) }
  }

  private func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws(DurableFile.Fault) -> Value
  ) async throws(ERPFailure) -> Value {
    guard let result = await thread.run(work) else {
      throw ERPFailure(
        .local, problem: "the daemon stopped while the exchange folder was being used",
        remedy: "Nothing is to be done: the exchange goes on after the next start")
    }
    do throws(DurableFile.Fault) {
      return try result.get()
    } catch {
      throw ERPFailure(
        .local, problem: "the exchange folder of the ERP cannot be used: \(oneLine(error.reason))",
        remedy: "Check that the folder exists, is mounted, has room and belongs to the account of the daemon")
    }
  }
}

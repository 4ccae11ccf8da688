public import Devices
import Glibc
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
    let verdict = try await onOwnThread { () throws(DurableFile.Fault) in
      try Self.deliver(row, settings: settings)
    }
    if let verdict { return verdict }
    throw ERPFailure(
      .awaitingReceiver,
      problem: "the importer has not yet acknowledged \(FileDropName.of(key: row.idempotencyKey)).json",
      remedy: "Check that the import job of the ERP runs")
  }

  /// Files that the importer took away are its own; those that lie in the folder must be what was written.
  public func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    let settings = settings
    return try await onOwnThread { () throws(DurableFile.Fault) in
      var drifts: [DeliveryDrift] = []
      for row in rows {
        let path = "\(settings.outboundFolder)/\(FileDropName.of(key: row.idempotencyKey)).json"
        guard let held = try DurableFile.read(path, maximumBytes: row.payload.count) else { continue }
        let found = lowerCaseSHA256(held)
        if found != row.payloadSHA256 { drifts.append(row.drift("file sha256", row.payloadSHA256, found)) }
      }
      return drifts
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

  /// Nil: written, and the importer has yet to acknowledge.
  private static func deliver(
    _ row: OutboxRow, settings: FileDropSettings
  ) throws(DurableFile.Fault) -> DeliveryVerdict? {
    let folder = settings.outboundFolder
    let base = FileDropName.of(key: row.idempotencyKey)
    let file = base + ".json"
    if let verdict = try acknowledgement(of: row, path: "\(folder)/\(base).ack", file: file) { return verdict }
    let path = "\(folder)/\(file)"
    if try DurableFile.read(path, maximumBytes: row.payload.count) == nil {
      try DurableFile.write(row.payload, folder: folder, name: file)
    }
    guard let held = try DurableFile.read(path, maximumBytes: row.payload.count) else {
      // Taken away between writing and reading back: only an importer that acknowledges may do that.
      throw DurableFile.Fault(step: "read back \(path)", code: ENOENT)
    }
    guard lowerCaseSHA256(held) == row.payloadSHA256 else {
      return .blocked(
        reason: "the folder holds other content under the name \(file); compare it with the record, then remove one")
    }
    return settings.awaitsAcknowledgement ? nil : .delivered(receipt: file)
  }

  /// What the importer wrote: nothing or the SHA-256 of the file for "taken", `refused` and a reason for "not taken".
  private static func acknowledgement(
    of row: OutboxRow, path: String, file: String
  ) throws(DurableFile.Fault) -> DeliveryVerdict? {
    guard let bytes = try DurableFile.read(path, maximumBytes: 4_096) else { return nil }
    let text = String(decoding: bytes.prefix(4_096), as: UTF8.self)
    let word = text.split(whereSeparator: \.isWhitespace).first.map { $0.lowercased() } ?? ""
    if word.isEmpty || word == row.payloadSHA256 { return .delivered(receipt: file) }
    if word.hasPrefix("refused") { return .blocked(reason: "the importer refused the record: \(oneLine(text))") }
    return .blocked(reason: "the importer acknowledged other content than ours: \(oneLine(text))")
  }
}

import Devices
import Ledger

/// One reading connection and the thread that reads on it: a long read holds up neither the other readers nor the tasks
/// of the daemon.
struct LedgerAccess: Sendable {
  private let reader: LedgerReader
  private let thread: OwnThread

  /// - Parameter purpose: who reads, for the name of the thread.
  init(path: String, purpose: String) throws(LedgerError) {
    reader = try LedgerReader(path: path)
    thread = OwnThread(label: "lotwire.ledger.\(purpose)")
  }

  /// Reads, and works on what was read, on the thread of this connection.
  ///
  /// - Throws: what the work throws; `CancellationError` where the calling task was cancelled meanwhile.
  func read<Value: Sendable>(_ work: @escaping @Sendable (LedgerReader) throws -> Value) async throws -> Value {
    let reader = self.reader
    guard let result = await thread.run({ try work(reader) }) else { throw CancellationError() }
    return try result.get()
  }
}

/// What the ledger asks of the machine beside SQLite's own files, so that a simulated disk can stand in its place.
public protocol LedgerDisk: Sendable {
  /// The SQLite VFS that the ledger's files are opened with; nil: SQLite's own.
  var vfsName: String? { get }
  /// The first bytes of a file, at most `count`; nil where there is no such file.
  ///
  /// - Throws: why it cannot be read.
  func head(of path: String, count: Int) throws(LedgerDiskFault) -> [UInt8]?
  /// Keeps other writers away from the ledger at this path; the kernel drops it with the process, however that ends.
  func lock(besides path: String) throws(LedgerDiskFault) -> any LedgerLock
  /// Free and whole bytes of the file system that holds the path; nil where nobody knows.
  func space(at path: String) -> (freeBytes: Int64, capacityBytes: Int64)?
  /// Why nothing can be written there although SQLite says only that it cannot open the file: a file system that is
  /// mounted read-only, a folder without write permission, no space. Nil where nothing is known.
  func obstacle(at path: String) -> String?
  /// Sets aside so many bytes beside the ledger, durably; what is there already stays.
  func holdReserve(besides path: String, bytes: Int64) throws(LedgerDiskFault)
  /// Gives them back, so that audit and shutdown can still be written.
  func releaseReserve(besides path: String) throws(LedgerDiskFault)
}

/// A lock that is held until it is released.
public protocol LedgerLock: Sendable {
  func release()
}

public enum LedgerDiskFault: Error, Hashable, Sendable {
  /// Another process holds the lock.
  case held
  /// What the operating system said.
  case system(String)
}

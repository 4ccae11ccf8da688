import Glibc

/// A file that appears under its name whole or not at all: written beside it under a temporary name, brought to the disk,
/// then renamed; the folder is brought to the disk too (fsync(2), rename(2)).
final class ExportFile {
  let path: String
  let temporaryPath: String
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []
  private(set) var byteCount: Int64 = 0
  private var isTemporaryThere = false
  private static let bufferBytes = 1 << 20

  init(path: String) throws(ExportFault) {
    self.path = path
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    temporaryPath = "\(folder).\(name).\(getpid()).part"
    guard access(path, F_OK) != 0 else { throw .exists(path: path) }
    descriptor = open(temporaryPath, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw fault() }
    isTemporaryThere = true
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if isTemporaryThere { unlink(temporaryPath) }
  }

  private func fault() -> ExportFault { .cannotWrite(path: path, reason: String(cString: strerror(errno))) }

  func write(_ bytes: [UInt8]) throws(ExportFault) {
    buffer += bytes
    byteCount += Int64(bytes.count)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  private func flush() throws(ExportFault) {
    var sent = 0
    while sent < buffer.count {
      let written = buffer.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw fault() }
      sent += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Brings everything to the disk and gives the file its name.
  ///
  /// - Throws: `exists` where somebody else made a file of this name meanwhile; it is not touched.
  func finish() throws(ExportFault) {
    try flush()
    guard fsync(descriptor) == 0 else { throw fault() }
    var status = stat()
    if fstat(descriptor, &status) == 0 { byteCount = Int64(status.st_size) }
    // A hard link fails where the name is taken; file systems without hard links have only the check before.
    if link(temporaryPath, path) == 0 {
      unlink(temporaryPath)
    } else if errno == EEXIST {
      throw .exists(path: path)
    } else {
      guard access(path, F_OK) != 0 else { throw .exists(path: path) }
      guard rename(temporaryPath, path) == 0 else { throw fault() }
    }
    isTemporaryThere = false
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw fault() }
    defer { close(opened) }
    // Some file systems cannot sync a folder (EINVAL); then the file alone is on the disk.
    guard fsync(opened) == 0 || errno == EINVAL else { throw fault() }
  }
}

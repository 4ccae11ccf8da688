import Glibc
import Synchronization

/// The disk of the machine.
public struct FileSystemDisk: LedgerDisk {
  public init() {}

  public var vfsName: String? { nil }

  public func head(of path: String, count: Int) throws(LedgerDiskFault) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(Self.lastProblem)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress, count - filled)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .system(Self.lastProblem) }
      if got == 0 { break }
      filled += got
    }
    return Array(bytes.prefix(filled))
  }

  public func lock(besides path: String) throws(LedgerDiskFault) -> any LedgerLock {
    let opened = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("\(path).lock: \(Self.lastProblem)") }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      throw .held
    }
    return FileLock(opened)
  }

  public func space(at path: String) -> (freeBytes: Int64, capacityBytes: Int64)? {
    var answer = statvfs()
    guard statvfs(Self.folder(of: path), &answer) == 0 else { return nil }
    let unit = Int64(answer.f_frsize)
    return (Int64(answer.f_bavail) * unit, Int64(answer.f_blocks) * unit)
  }

  public func obstacle(at path: String) -> String? {
    let folder = Self.folder(of: path)
    var answer = statvfs()
    guard statvfs(folder, &answer) == 0 else { return "\(folder): \(Self.lastProblem)" }
    if answer.f_flag & UInt(ST_RDONLY) != 0 { return "the file system of \(folder) is mounted read-only" }
    if access(folder, W_OK) != 0 { return "this user may not write in \(folder)" }
    if access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 { return "this user may not write \(path)" }
    if answer.f_bavail == 0 { return "the file system of \(folder) is full" }
    return nil
  }

  public func holdReserve(besides path: String, bytes: Int64) throws(LedgerDiskFault) {
    let opened = open(Self.reservePath(path), O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("\(Self.reservePath(path)): \(Self.lastProblem)") }
    defer { close(opened) }
    let code = posix_fallocate(opened, 0, off_t(bytes))
    guard code == 0 else {
      unlink(Self.reservePath(path))
      throw .system("\(Self.reservePath(path)): \(String(cString: strerror(code)))")
    }
    guard fsync(opened) == 0 else { throw .system("\(Self.reservePath(path)): \(Self.lastProblem)") }
  }

  public func releaseReserve(besides path: String) throws(LedgerDiskFault) {
    guard unlink(Self.reservePath(path)) == 0 || errno == ENOENT else {
      throw .system("\(Self.reservePath(path)): \(Self.lastProblem)")
    }
  }

  private static func reservePath(_ path: String) -> String { path + ".reserve" }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static var lastProblem: String { String(cString: strerror(errno)) }
}

/// An advisory lock on an open file.
private final class FileLock: LedgerLock {
  private let descriptor: Mutex<Int32>

  init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  deinit { release() }
}

import Glibc

/// Reads a key or password from its file at every use, so that an exchanged one counts at once. The secret appears in no
/// message.
enum SecretFile {
  /// Longest secret, in bytes.
  static let maximumBytes = 4_096

  /// The first line of the file without its line end.
  ///
  /// - Throws: `.local` where the file cannot be read, is open to every account or is empty.
  static func read(_ path: String) throws(NotificationFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(
        path, "cannot be read: \(String(cString: strerror(errno)))", "Create it with the secret as its only line")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw failure(path, "is not a regular file", "Name the file that holds the secret")
    }
    guard facts.st_mode & 0o007 == 0 else {
      throw failure(path, "can be read by every account of this machine", "Run: chmod 600 \(path)")
    }
    var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count <= maximumBytes else {
      throw failure(path, "is longer than \(maximumBytes) bytes", "Name the file that holds the secret")
    }
    let line = buffer[..<count].prefix { $0 != 0x0A && $0 != 0x0D }
    guard !line.isEmpty, !line.contains(0) else {
      throw failure(path, "has no secret in its first line", "Write the secret into it")
    }
    return [UInt8](line)
  }

  private static func failure(_ path: String, _ problem: String, _ remedy: String) -> NotificationFailure {
    NotificationFailure(.local, problem: "the file \(path) \(problem)", remedy: remedy)
  }
}

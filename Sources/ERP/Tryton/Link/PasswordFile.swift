import Glibc

/// Reads a password from its file at every log-in, so that a changed one counts at once. It appears in no message.
enum PasswordFile {
  /// Longest password, in bytes.
  static let maximumBytes = 1_024

  /// The first line without its end; blanks within and at the ends belong to the password.
  ///
  /// - Throws: `.local` where the file cannot be read, is open to other accounts or holds no password.
  static func read(from path: String) throws(ERPFailure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(
        path, "cannot be read: \(String(cString: strerror(errno)))", "Create it with the password as its only line")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw failure(path, "is not a regular file", "Name the file that holds the password")
    }
    guard facts.st_mode & 0o007 == 0 else {
      throw failure(path, "can be read by every account of this machine", "Run: chmod 600 \(path)")
    }
    var buffer = [UInt8](repeating: 0, count: maximumBytes + 3)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else {
      throw failure(path, "cannot be read: \(String(cString: strerror(errno)))", "See what the disk says")
    }
    var bytes = Array(buffer.prefix(count))
    if bytes.last == 0x0A { bytes.removeLast() }
    if bytes.last == 0x0D { bytes.removeLast() }
    guard bytes.count <= maximumBytes else {
      throw failure(path, "is longer than \(maximumBytes) bytes", "Name the file that holds the password")
    }
    guard !bytes.isEmpty else { throw failure(path, "is empty", "Write the password into it") }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { throw failure(path, "holds something other than one password", "Write the password as its only line") }
    return text
  }

  private static func failure(_ path: String, _ problem: String, _ remedy: String) -> ERPFailure {
    ERPFailure(.local, problem: "the password file \(path) \(problem)", remedy: remedy)
  }
}

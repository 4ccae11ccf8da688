import Glibc

/// Reads a secret from its file at every use, so that an exchanged one counts at once. The secret appears in no message.
enum SecretLine {
  /// Longest secret, in bytes.
  static let maximumBytes = 8_192

  /// The only line of the file, without blanks at its ends.
  ///
  /// - Parameter what: "token", "key".
  /// - Throws: `.local` where the file cannot be read, is open to every account, is empty or has a second line.
  static func read(_ path: String, what: String) throws(ERPFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(
        what, path, "cannot be read: \(String(cString: strerror(errno)))", "Create it with the \(what) as only line")
    }
    defer { close(descriptor) }
    try checkIsPrivate(descriptor, path, what: what)
    var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count <= maximumBytes else {
      throw failure(what, path, "is longer than \(maximumBytes) bytes", "Name the file that holds the \(what)")
    }
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    var bytes = buffer.prefix(count)
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    guard !bytes.isEmpty else { throw failure(what, path, "is empty", "Write the \(what) into it") }
    // RFC 6750 section 2.1 allows fewer characters still; a header line must hold nothing but visible ASCII.
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw failure(path: path, what: what)
    }
    return Array(bytes)
  }

  /// For files that others read for us, such as a certificate's key.
  static func checkIsPrivate(_ path: String, what: String) throws(ERPFailure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(what, path, "cannot be read: \(String(cString: strerror(errno)))", "Check path and owner")
    }
    defer { close(descriptor) }
    try checkIsPrivate(descriptor, path, what: what)
  }

  private static func checkIsPrivate(_ descriptor: Int32, _ path: String, what: String) throws(ERPFailure) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw failure(what, path, "is not a regular file", "Name the file that holds the \(what)")
    }
    guard facts.st_mode & 0o007 == 0 else {
      throw failure(what, path, "can be read by every account of this machine", "Run: chmod 600 \(path)")
    }
  }

  private static func failure(path: String, what: String) -> ERPFailure {
    failure(what, path, "holds something other than one \(what)", "Write the \(what) as its only line")
  }

  private static func failure(_ what: String, _ path: String, _ problem: String, _ remedy: String) -> ERPFailure {
    ERPFailure(.local, problem: "the \(what) file \(path) \(problem)", remedy: remedy)
  }
}

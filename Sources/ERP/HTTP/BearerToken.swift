import Glibc

/// Reads a bearer token from its file at every use, so that an exchanged token counts at once. The token appears in no
/// message.
enum BearerToken {
  /// Longest token, in bytes.
  static let maximumBytes = 8_192

  /// - Throws: `.local` where the file cannot be read, is open to every account or holds no token.
  static func read(from path: String) throws(ERPFailure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(
        path, "cannot be read: \(String(cString: strerror(errno)))", "Create it with the token as only line")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw failure(path, "is not a regular file", "Name the file that holds the token")
    }
    guard facts.st_mode & 0o007 == 0 else {
      throw failure(path, "can be read by every account of this machine", "Run: chmod 600 \(path)")
    }
    var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count <= maximumBytes else {
      throw failure(path, "is longer than \(maximumBytes) bytes", "Name the file that holds the token")
    }
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    var bytes = buffer.prefix(count)
    while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
    while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    guard !bytes.isEmpty else { throw failure(path, "is empty", "Write the token into it") }
    // RFC 6750 section 2.1 allows fewer characters still; a header line must hold nothing but visible ASCII.
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw failure(path, "holds something other than one token", "Write the token as its only line")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func failure(_ path: String, _ problem: String, _ remedy: String) -> ERPFailure {
    ERPFailure(.local, problem: "the token file \(path) \(problem)", remedy: remedy)
  }
}

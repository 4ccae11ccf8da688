import Glibc

/// A file that holds one secret with which we prove to somebody who we are: a password, a token, a key. Read at every use,
/// so that an exchanged one counts at once. The secret appears in no message.
public struct SecretFile: Hashable, Sendable {
  /// How the secret stands in its file.
  public enum Form: Hashable, Sendable, CaseIterable {
    /// Visible ASCII as the only line, blanks at its ends left out: nothing else may stand in a line of a header (RFC 6750
    /// section 2.1 allows fewer characters still).
    case token
    /// UTF-8 without control characters as the only line; blanks belong to it.
    case password
    /// The bytes of the first line; others may follow.
    case firstLine
  }

  /// Why there is no secret, and what a technician does next.
  public struct Fault: Error, Hashable, Sendable {
    public var problem: String
    public var remedy: String
  }

  public let path: String
  /// What it holds, for messages: "token", "key".
  public let what: String
  public let form: Form
  /// Longest secret, in bytes.
  public let maximumBytes: Int

  public init(_ path: String, what: String, _ form: Form, maximumBytes: Int) {
    self.path = path
    self.what = what
    self.form = form
    self.maximumBytes = maximumBytes
  }

  /// The secret, at least one byte.
  ///
  /// - Throws: where the file cannot be read, is open to every account, or does not hold one secret in its form.
  public func read() throws(Fault) -> [UInt8] {
    let descriptor = try open()
    defer { close(descriptor) }
    try checkIsPrivate(descriptor)
    // With room for a line end of two bytes, and for one byte that shows that it is too long.
    var buffer = [UInt8](repeating: 0, count: maximumBytes + 3)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw systemFault() }
    return try secret(in: buffer.prefix(count))
  }

  /// For files that others read for us, such as a certificate's key.
  ///
  /// - Throws: where it cannot be read, is no regular file or is open to every account.
  public static func checkIsPrivate(_ path: String, what: String) throws(Fault) {
    let file = SecretFile(path, what: what, .token, maximumBytes: 0)
    let descriptor = try file.open()
    defer { close(descriptor) }
    try file.checkIsPrivate(descriptor)
  }

  /// Not waiting: the path may be that of a pipe.
  private func open() throws(Fault) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw systemFault() }
    return descriptor
  }

  private func checkIsPrivate(_ descriptor: Int32) throws(Fault) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw fault("is not a regular file", "Name the file that holds the \(what)")
    }
    guard facts.st_mode & 0o007 == 0 else {
      throw fault("can be read by every account of this machine", "Run: chmod 600 \(path)")
    }
  }

  private func secret(in content: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
    var bytes = content
    switch form {
    case .token:
      let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
      while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
      while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
    case .password:
      if bytes.last == 0x0A { bytes.removeLast() }
      if bytes.last == 0x0D { bytes.removeLast() }
    case .firstLine: bytes = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    }
    guard bytes.count <= maximumBytes else {
      throw fault("is longer than \(maximumBytes) bytes", "Name the file that holds the \(what)")
    }
    guard !bytes.isEmpty else { throw fault("is empty", "Write the \(what) into it") }
    guard isSound(bytes) else {
      throw fault("holds something other than one \(what)", "Write the \(what) as its only line")
    }
    return Array(bytes)
  }

  private func isSound(_ bytes: ArraySlice<UInt8>) -> Bool {
    switch form {
    case .token: bytes.allSatisfy { (0x21...0x7E).contains($0) }
    case .password:
      String(validating: bytes, as: UTF8.self) != nil && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    case .firstLine: !bytes.contains(0)
    }
  }

  private func systemFault() -> Fault {
    fault(
      "cannot be read: \(String(cString: strerror(errno)))",
      "Create it with the \(what) as its only line, readable by the account of the daemon alone")
  }

  private func fault(_ problem: String, _ remedy: String) -> Fault {
    Fault(problem: "the \(what) file \(path) \(problem)", remedy: remedy)
  }
}

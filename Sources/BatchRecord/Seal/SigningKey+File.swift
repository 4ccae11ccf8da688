#if canImport(Glibc)
  import Glibc
#endif

/// The key in its file: mode 0600, written once, whole or not at all.
extension SigningKey {
  /// The longest key file that is read, in bytes; ours has 119.
  static let maximumFileBytes = 4_096

  /// Loads the key, or makes one where there is no file. Two programs that start at once get the same key.
  public static func loadOrCreate(at path: String) throws(SigningKeyFault) -> SigningKey {
    if let key = try load(from: path) { return key }
    try create(at: path)
    guard let key = try load(from: path) else {
      throw .system(operation: "Reading", path: path, reason: "the file went away")
    }
    return key
  }

  /// - Returns: nil where there is no such file.
  public static func load(from path: String) throws(SigningKeyFault) -> SigningKey? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      if errno == ELOOP { throw .notAFile(path: path) }
      throw systemFault("Opening", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemFault("Reading", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    guard status.st_uid == geteuid() else { throw .ownedByAnother(path: path, owner: status.st_uid) }
    guard status.st_mode & 0o077 == 0 else {
      throw .readableByOthers(path: path, mode: "0" + String(status.st_mode & 0o7777, radix: 8))
    }
    guard status.st_size <= maximumFileBytes else { throw .notAKey(path: path) }
    var bytes = [UInt8](repeating: 0, count: maximumFileBytes)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw systemFault("Reading", path) }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self), let key = SigningKey(pem: text) else {
      throw .notAKey(path: path)
    }
    return key
  }

  /// Writes a new key beside the path, flushes it and links it into place; an existing file is never replaced.
  private static func create(at path: String) throws(SigningKeyFault) {
    let temporary = "\(path).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemFault("Creating", temporary) }
    defer { unlink(temporary) }
    let bytes = Array(SigningKey().pem.utf8)
    let written = write(descriptor, bytes, bytes.count)
    let flushed = written == bytes.count && fchmod(descriptor, 0o600) == 0 && fsync(descriptor) == 0
    let writeFault = systemFault("Writing", temporary)
    close(descriptor)
    guard flushed else { throw writeFault }
    // Another program that made the key in the meantime wins; its key is loaded.
    guard link(temporary, path) == 0 || errno == EEXIST else { throw systemFault("Creating", path) }
    try flushFolder(of: path)
  }

  private static func flushFolder(of path: String) throws(SigningKeyFault) {
    let folder: String =
      switch path.lastIndex(of: "/") {
      case nil: "."
      case path.startIndex?: "/"
      case let slash?: String(path[..<slash])
      }
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFault("Opening", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemFault("Flushing", folder) }
  }

  private static func systemFault(_ operation: String, _ path: String) -> SigningKeyFault {
    .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
  }
}

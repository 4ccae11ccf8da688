import Glibc

/// Small blocking file steps with the errors that people need. Everything that must survive a power cut is flushed.
enum DurableFile {
  /// Our unfinished files begin with a dot, so that no importer takes them, and end with this.
  static let temporarySuffix = ".lotwire-tmp"

  struct Fault: Error, Hashable {
    var step: String
    var code: Int32
    var reason: String { "\(step): \(String(cString: strerror(code)))" }
  }

  /// Writes a temporary file in the same folder, flushes it, renames it, flushes the folder.
  static func write(_ bytes: [UInt8], folder: String, name: String) throws(Fault) {
    let temporary = "\(folder)/.\(UInt64.random(in: 0...UInt64.max))\(temporarySuffix)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw Fault(step: "create \(temporary)", code: errno) }
    do throws(Fault) {
      try writeAll(bytes, to: descriptor, path: temporary)
      guard fsync(descriptor) == 0 else { throw Fault(step: "flush \(temporary)", code: errno) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, "\(folder)/\(name)") == 0 else {
      let code = errno
      unlink(temporary)
      throw Fault(step: "rename to \(name)", code: code)
    }
    try flush(folder: folder)
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(Fault) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Fault(step: "write \(path)", code: errno) }
      written += count
    }
  }

  static func flush(folder: String) throws(Fault) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(step: "open \(folder)", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Fault(step: "flush \(folder)", code: errno) }
  }

  /// Nil where there is no such file. Reads at most `maximumBytes` + 1, so that a longer file shows.
  static func read(_ path: String, maximumBytes: Int) throws(Fault) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw Fault(step: "open \(path)", code: errno)
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Fault(step: "look at \(path)", code: errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw Fault(step: "\(path) is not a regular file", code: EINVAL) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= maximumBytes {
      let wanted = min(part.count, maximumBytes + 1 - bytes.count)
      let count = part.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, wanted) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Fault(step: "read \(path)", code: errno) }
      if count == 0 { break }
      bytes.append(contentsOf: part.prefix(count))
    }
    return bytes
  }

  /// The names in a folder, sorted, without `.` and `..`.
  static func names(in folder: String) throws(Fault) -> [String] {
    guard let stream = opendir(folder) else { throw Fault(step: "open \(folder)", code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Time of the last change in microseconds since 1970; nil where there is no such file.
  static func changedAt(_ path: String) -> Int64? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return Int64(facts.st_mtim.tv_sec) * 1_000_000 + Int64(facts.st_mtim.tv_nsec) / 1_000
  }

  static func move(_ name: String, from folder: String, to target: String) throws(Fault) {
    if mkdir(target, 0o750) != 0, errno != EEXIST { throw Fault(step: "make \(target)", code: errno) }
    guard rename("\(folder)/\(name)", "\(target)/\(name)") == 0 else {
      throw Fault(step: "move \(name) to \(target)", code: errno)
    }
    try flush(folder: target)
    try flush(folder: folder)
  }

  /// Removes what a killed daemon left half written.
  static func removeTemporaryFiles(in folder: String) throws(Fault) {
    for name in try names(in: folder) where name.hasPrefix(".") && name.hasSuffix(temporarySuffix) {
      unlink("\(folder)/\(name)")
    }
  }
}

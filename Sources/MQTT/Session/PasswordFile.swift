import Glibc

enum PasswordFile {
  /// Longest password read, in bytes: the length that MQTT 3.1.1 (section 3.1.3.5) can carry.
  static let maximumBytes = 65_535

  /// The first line of the file without its line end; nil where it cannot be read.
  static func firstLine(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: maximumBytes)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    let line = bytes[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(validating: line, as: UTF8.self)
  }

  /// Whether accounts other than owner and group may read it.
  static func isReadableByOthers(_ path: String) -> Bool {
    var found = stat()
    return stat(path, &found) == 0 && found.st_mode & S_IROTH != 0
  }
}

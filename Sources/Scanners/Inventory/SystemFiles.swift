import Glibc

/// The small files of the kernel (sysfs, proc), below a root: "/" on a machine, a folder of a test.
struct SystemFiles: Hashable, Sendable {
  /// Longest file that is read, in bytes: the kernel gives at most one page of an attribute and 64 KiB of descriptors.
  static let maximumBytes = 65_536

  private let root: String

  init(root: String = "/") { self.root = root == "/" ? "" : root }

  func path(_ path: String) -> String { root + path }

  /// Nil where the file is not there or may not be read.
  func bytes(_ path: String) -> [UInt8]? {
    let descriptor = open(self.path(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while all.count < Self.maximumBytes {
      let count = read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { return nil }
      if count == 0 { break }
      all += buffer[..<count]
    }
    return all
  }

  /// The content without the line end that sysfs adds.
  func text(_ path: String) -> String? {
    bytes(path).map { bytes in
      String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
  }

  func hexadecimal(_ path: String) -> UInt16? { text(path).flatMap { UInt16($0, radix: 16) } }

  func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

  /// The names in a folder, in order; none where it is not there.
  func names(_ path: String) -> [String] {
    guard let folder = opendir(self.path(path)) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The last part of what a link points to, such as the name of a driver.
  func linkedName(_ path: String) -> String? {
    linkTarget(path).flatMap { $0.split(separator: "/").last.map(String.init) }
  }

  func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { readlink(self.path(path), $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? 0
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// This process may read and write the file.
  func isAccessible(_ path: String) -> Bool { access(self.path(path), R_OK | W_OK) == 0 }
}

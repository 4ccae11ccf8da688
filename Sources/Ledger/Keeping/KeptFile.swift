import Crypto
import Foundation
import Glibc

/// What every kept file goes through: written under another name, made durable, read back, named at last.
enum KeptFile {
  /// Bytes read at a time where a file is gone through.
  static let chunkBytes = 1 << 20
  /// Left free beside a backup or copy, so that the file system does not run full with it, in bytes.
  static let marginBytes: Int64 = 16 << 20

  /// SHA-256 of a file's bytes in hexadecimal, and their number.
  static func digest(of path: String) throws(KeepingFault) -> (sha256: String, bytes: Int64) {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { closeQuietly(file) }
      var hasher = SHA256()
      var count: Int64 = 0
      while let chunk = try file.read(upToCount: chunkBytes), !chunk.isEmpty {
        hasher.update(data: chunk)
        count += Int64(chunk.count)
      }
      return (EventChain.hex([UInt8](hasher.finalize())), count)
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }

  /// Writes a small file and makes it durable.
  static func write(_ bytes: [UInt8], to path: String) throws(KeepingFault) {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
    try sync(path)
  }

  static func makeFolder(_ path: String) throws(KeepingFault) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }

  /// Throws where the folder is not there. It is not made: a disk or share that is away leaves the empty folder of its
  /// mount behind, and what would be written there would lie on the wrong disk.
  static func requireFolder(_ path: String) throws(KeepingFault) {
    var answer = stat()
    guard stat(path, &answer) == 0 else { throw .folder(path: path, reason: problem) }
    guard answer.st_mode & S_IFMT == S_IFDIR else { throw .folder(path: path, reason: "it is not a folder") }
  }

  /// Makes a file or the entries of a folder durable.
  static func sync(_ path: String) throws(KeepingFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .folder(path: path, reason: problem) }
    defer { close(descriptor) }
    // Some network shares know no fsync of a folder: then there is nothing more to be done.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .folder(path: path, reason: problem)
    }
  }

  /// Makes a file durable and drops it from the page cache, so that it is read back from its disk.
  static func syncForReadingBack(_ path: String) throws(KeepingFault) {
    try sync(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .folder(path: path, reason: problem) }
    defer { close(descriptor) }
    // Only advice: where it is not taken, the cache is read.
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
  }

  /// Gives a durable file its final name; never over another one.
  static func name(_ path: String, as final: String) throws(KeepingFault) {
    guard access(final, F_OK) != 0 else { throw .exists(path: final) }
    guard rename(path, final) == 0 else { throw .folder(path: final, reason: problem) }
    try sync((final as NSString).deletingLastPathComponent)
  }

  static func remove(_ path: String) {
    // What is left is removed by the next attempt.
    unlink(path)
  }

  /// Throws where so many bytes do not fit.
  static func checkSpace(in folder: String, for bytes: Int64) throws(KeepingFault) {
    guard let space = FileSystemDisk().space(at: folder + "/x") else { return }
    let needed = bytes + marginBytes
    guard space.freeBytes >= needed else {
      throw .noSpace(path: folder, neededBytes: needed, freeBytes: space.freeBytes)
    }
  }

  static func size(of path: String) -> Int64 {
    var answer = stat()
    return stat(path, &answer) == 0 ? Int64(answer.st_size) : 0
  }

  /// Whether two names, through whatever links, are one file.
  static func isSame(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard stat(path, &one) == 0, stat(other, &two) == 0 else { return false }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func closeQuietly(_ file: FileHandle) {
    // It was only read.
    try? file.close()
  }

  private static var problem: String { String(cString: strerror(errno)) }
}

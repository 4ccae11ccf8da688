import Glibc

/// A CSV file with a line for every reply that carried values: what was served, to be held against what was recorded.
///
/// Columns: UTC microseconds, unit, table, first address, words in hexadecimal (bits as 0 and 1), fault in force.
final class ReplyJournal: Sendable {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw SimulationFailure("cannot write the journal \(path): \(String(cString: strerror(errno)))")
    }
    if lseek(descriptor, 0, SEEK_END) == 0 { append("utc_us,unit,table,address,words,fault\n") }
  }

  deinit { close(descriptor) }

  func write(microseconds: Int64, unit: Int, request: [UInt8], words: String, fault: String) {
    let address = Int(request[1]) << 8 | Int(request[2])
    append("\(microseconds),\(unit),\(request[0] == 1 ? "coil" : "holding"),\(address),\(words),\(fault)\n")
  }

  /// One write for one line: with O_APPEND lines of several threads do not mix.
  private func append(_ line: String) {
    var line = line
    line.withUTF8 { bytes in _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
  }
}

/// Why a simulation cannot run, in words for the person who started it.
struct SimulationFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

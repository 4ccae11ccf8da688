import Devices
import Glibc

/// A CSV file with a line for every reply that carried values and for every write: what was served, to be held against
/// what was recorded.
///
/// Columns: UTC microseconds, unit, table ("write-holding" for a write), first address, words in hexadecimal (bits as 0
/// and 1), quirk in force. The unit is the number of the device where each device has a port of its own. A line stands
/// in the file before its reply leaves.
final class ReplyJournal: Sendable {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw SimulationFailure("cannot write the journal \(path): \(String(cString: strerror(errno)))")
    }
    if lseek(descriptor, 0, SEEK_END) == 0 { append(Array("utc_us,unit,table,address,words,fault\n".utf8)) }
  }

  deinit { close(descriptor) }

  func write(microseconds: Int64, unit: Int, request: PLCRequest, words: [UInt16], quirk: String) {
    var line: [UInt8] = []
    line.reserveCapacity(64 + words.count * 5)
    let prefix = request.operation == .read ? "" : "write-"
    line += "\(microseconds),\(unit),\(prefix)\(request.table.rawValue),\(request.addresses.lowerBound),".utf8
    for (index, word) in words.enumerated() {
      if index > 0 { line.append(UInt8(ascii: " ")) }
      guard request.table.holdsRegisters else {
        line.append(word == 0 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
        continue
      }
      for shift in [12, 8, 4, 0] as [UInt16] { line.append(Self.digits[Int(word >> shift & 0xF)]) }
    }
    line.append(UInt8(ascii: ","))
    line += quirk.utf8
    line.append(UInt8(ascii: "\n"))
    append(line)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// One write for one line: with O_APPEND lines of several threads do not mix.
  private func append(_ line: [UInt8]) { _ = Glibc.write(descriptor, line, line.count) }
}

/// Why a simulation cannot run, in words for the person who started it.
struct SimulationFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

import Foundation
import Harness

/// The scanner simulator of one station, and the journal of what was scanned there and answered. Used by one thread at a
/// time.
final class MaterialDayScanner: @unchecked Sendable {  // one thread at a time, see above
  /// One scan with its final answer; times in microseconds.
  struct Entry: Sendable {
    var text: String
    var isAccepted: Bool
    var sent: Int64
    var answered: Int64
    /// How often it was scanned again because no answer came.
    var repeats: Int
  }

  let station: String
  private(set) var entries: [Entry] = []
  private let child: ChildProcess
  private let lines = Pipe()
  private let journal: FileHandle
  private var unread = ""

  /// Longest time to an answer, over all restarts of the daemon.
  private static let patienceSeconds = 120.0

  init(station: String, folder: URL, simulate: String) throws {
    self.station = station
    let file = folder.appendingPathComponent("scans-\(station).csv")
    child = try ChildProcess(
      name: "scanner", path: simulate,
      arguments: [
        "scanner", "--tty-link", folder.appendingPathComponent("tty-\(station)").path, "--interactive", "--journal",
        file.path, "--answer-timeout", "2",
      ], log: folder.appendingPathComponent("scanner-\(station).log"), standardInput: lines.fileHandleForReading)
    try child.waitForLine(containing: "ready on")
    journal = try FileHandle(forReadingFrom: file)
  }

  deinit { child.end() }

  /// Scans a label until it is answered; whether it was accepted.
  @discardableResult
  func scan(_ text: String) throws -> Bool {
    try lines.fileHandleForWriting.write(contentsOf: Data((text + "\n").utf8))
    let deadline = Date().addingTimeInterval(Self.patienceSeconds)
    while true {
      if let fields = try nextRow() {
        guard fields.count == 5, let sent = Int64(fields[0]), let answered = Int64(fields[3]),
          let repeats = Int(fields[4])
        else { throw ChildProcess.Failure(description: "the journal of \(station) has a line \(fields)") }
        let entry = Entry(
          text: text, isAccepted: fields[2] == "accepted", sent: sent, answered: answered, repeats: repeats)
        guard fields[1] == "\"\(text)\"" else {
          throw ChildProcess.Failure(description: "\(station) scanned \(text), and its journal says \(fields[1])")
        }
        entries.append(entry)
        return entry.isAccepted
      }
      guard child.isRunning, Date() < deadline else {
        throw ChildProcess.Failure(description: "\(station): no answer to \(text)")
      }
      usleep(1_000)
    }
  }

  /// The next answered scan of the simulator's journal; nil where there is none yet.
  private func nextRow() throws -> [String]? {
    if !unread.contains("\n") { unread += String(decoding: try journal.readToEnd() ?? Data(), as: UTF8.self) }
    while let end = unread.firstIndex(of: "\n") {
      let line = unread[..<end]
      unread = String(unread[unread.index(after: end)...])
      if line.hasPrefix("sent_us") { continue }
      return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return nil
  }
}

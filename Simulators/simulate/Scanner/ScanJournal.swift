import Foundation

/// One CSV line for each scan that was answered: what the test compares with the record afterwards.
final class ScanJournal {
  private let file: FileHandle?

  init(path: String?) throws {
    guard let path else {
      file = nil
      return
    }
    if !FileManager.default.fileExists(atPath: path) {
      try Data("sent_us,text,outcome,answered_us,repeats\n".utf8).write(to: URL(fileURLWithPath: path))
    }
    let opened = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try opened.seekToEnd()
    file = opened
  }

  func add(sent: Int64, text: String, outcome: ScanOutcome, answered: Int64, repeats: Int) throws {
    let quoted = "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    try file?.write(contentsOf: Data("\(sent),\(quoted),\(outcome.rawValue),\(answered),\(repeats)\n".utf8))
  }
}

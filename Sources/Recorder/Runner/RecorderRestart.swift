import Foundation
import Ledger

/// Brings the engine back to where it stood: the last checkpoint, then every commit after it, judged again.
enum RecorderRestart {
  /// Groups that are read at once.
  static let groupsPerRead = 500

  struct Result {
    var engine: LineEngine
    var window: MessageWindow
    var replayedGroups: UInt64 = 0
    var replayDifferences: UInt64 = 0
    var lastGroup: Int64 = 0
  }

  static func run(_ reader: LedgerReader) throws(LedgerError) -> Result {
    var result = Result(engine: LineEngine(), window: MessageWindow())
    if let checkpoint = try reader.checkpoint() {
      do {
        result.engine = try JSONDecoder().decode(LineEngine.self, from: Data(checkpoint.body))
        result.lastGroup = checkpoint.group
      } catch {
        // A checkpoint of another program version: everything is judged again from the first commit.
        result.engine = LineEngine()
      }
    }
    result.engine.register(try reader.parameters())
    while true {
      let groups = try reader.groups(after: result.lastGroup, limit: groupsPerRead)
      for group in groups {
        if !result.engine.replay(group) { result.replayDifferences += 1 }
        result.replayedGroups += 1
        result.lastGroup = group.id
      }
      if groups.count < groupsPerRead { break }
    }
    for key in try reader.latestMessageKeys(groups: MessageWindow.restoredGroups) { _ = result.window.insert(key) }
    return result
  }

  static func checkpoint(of engine: LineEngine) -> [UInt8]? {
    // Without a checkpoint the next start reads more groups; nothing is lost.
    (try? JSONEncoder().encode(engine)).map { [UInt8]($0) }
  }
}

package import Ledger
import Shopfloor

/// Brings the engine back to where it stood: the last checkpoint, then every commit after it, judged again.
package enum RecorderRestart {
  /// Groups that are held in memory at once; those of a large line hold thousands of readings each.
  static let groupsPerRead = 50

  package struct Result {
    package var engine: LineEngine
    var window: MessageWindow
    var replayedGroups: UInt64 = 0
    package var replayDifferences: UInt64 = 0
    var lastGroup: Int64 = 0
  }

  /// - Parameter usesCheckpoint: false: every commit is judged again from the first on.
  package static func run(_ reader: LedgerReader, usesCheckpoint: Bool = true) throws(LedgerError) -> Result {
    var result = Result(engine: LineEngine(), window: MessageWindow())
    let registry = try reader.parameters()
    if usesCheckpoint, let kept = try reader.checkpoint(),
      let engine = try engine(kept.body, kept.group, registry, reader)
    {
      result.engine = engine
      result.lastGroup = kept.group
    }
    result.engine.register(registry)
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
    // Every plan that comes brings its own numbers.
    result.engine.register([])
    return result
  }

  /// Nil where the checkpoint is of another program version: then everything is judged again from the first commit.
  private static func engine(
    _ body: [UInt8], _ group: Int64, _ registry: [RegisteredParameter], _ reader: LedgerReader
  ) throws(LedgerError) -> LineEngine? {
    guard let checkpoint = EngineCheckpoint(body) else { return nil }
    let digest = checkpoint.rest.floor.planDigest
    if checkpoint.rest.stations.isEmpty && digest.isEmpty {
      return LineEngine(checkpoint, plan: LinePlan(site: "", line: "", stations: []), registry: registry)
    }
    guard let plan = try reader.plan(digest: digest, through: group) else { return nil }
    return LineEngine(checkpoint, plan: plan, registry: registry)
  }
}

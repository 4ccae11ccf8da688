import Devices
import Shopfloor
import Synchronization

/// Keeps a second ledger in a folder up to date: on another disk, on a share, in a folder of the host.
///
/// What is lost at worst when the first disk dies: what was recorded within the interval and during one piece. Each piece
/// is read and written on a thread of its own. A copy that cannot be written waits for the next turn and catches up.
public struct CopyDuty: LedgerDuty {
  public let name = "copy"
  private let ledgerPath: String
  private let copyPath: String
  private let intervalMicroseconds: Int64
  private let publish: @Sendable (CopyState) -> Void
  private let link: CopyLink
  private var job: KeepingJob<FollowedPiece>?
  private var watch = KeepingWatch()
  private var state = CopyState()

  /// How long a turn waits for its piece before it lets the other duties go on, in milliseconds, and how soon it looks
  /// again then, in microseconds.
  static let patienceMilliseconds = 50
  static let lookMicroseconds: Int64 = 20_000

  /// - Parameter folder: gets `lotwire.sqlite`; it must be there.
  /// - Parameter publish: told how the copy stands after each piece.
  public init(
    ledgerPath: String, folder: String, intervalMicroseconds: Int64 = 1_000_000,
    publish: @escaping @Sendable (CopyState) -> Void = { _ in }
  ) {
    self.ledgerPath = ledgerPath
    copyPath = folder + "/lotwire.sqlite"
    self.intervalMicroseconds = intervalMicroseconds
    self.publish = publish
    link = CopyLink(ledgerPath: ledgerPath, copyPath: copyPath)
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    let link = self.link
    if job == nil { watch = KeepingWatch(since: context.now) }
    let job = self.job ?? KeepingJob(named: "lotwire.copy") { try link.bringUpToDate() }
    self.job = job
    do {
      guard let outcome = job.outcome(waitingMilliseconds: Self.patienceMilliseconds) else {
        try watch.check(copyPath, at: context.now)
        return .microseconds(Self.lookMicroseconds)
      }
      self.job = nil
      let piece = try outcome.get()
      note(piece, at: context.now.utc)
      return piece.reachesEnd ? .microseconds(intervalMicroseconds) : .none
    } catch {
      state.problem = "\(error)"
      publish(state)
      throw error
    }
  }

  private mutating func note(_ piece: FollowedPiece, at now: Timestamp) {
    state.problem = nil
    state.behindCommits = max(0, piece.source.throughBatch - piece.throughBatch)
    let before = piece.before.lastCommitAt ?? piece.source.lastCommitAt
    state.behindMicroseconds =
      piece.reachesEnd
      ? 0 : max(0, (piece.source.lastCommitAt?.microseconds ?? 0) - (before?.microseconds ?? 0))
    if piece.reachesEnd { state.lastCompleteAt = now }
    publish(state)
  }
}

/// Both ends of a copy, opened when they are needed and again after every failure.
///
/// A class because it owns two connections; one piece at a time uses them.
private final class CopyLink: Sendable {
  private struct Ends {
    var source: LedgerReader
    var follower: LedgerFollower
  }

  private let ledgerPath: String
  private let copyPath: String
  private let ends = Mutex<Ends?>(nil)

  init(ledgerPath: String, copyPath: String) {
    self.ledgerPath = ledgerPath
    self.copyPath = copyPath
  }

  func bringUpToDate() throws -> FollowedPiece {
    try ends.withLock { ends in
      var open: Ends
      if let known = ends {
        open = known
      } else {
        let source = try LedgerReader(path: ledgerPath)
        open = Ends(source: source, follower: try LedgerFollower(path: copyPath, of: source))
      }
      ends = nil
      // After a failure nothing is kept: the next turn opens both anew.
      let piece = try open.follower.bringUpToDate(from: open.source)
      ends = open
      return piece
    }
  }
}

import Devices
import Shopfloor

/// Removes the readings of packed segments whose time of keeping is over. Off unless the configuration has rules.
///
/// One segment a turn; what stays is judged again in the next round. The ledger tells of each removal, with the rule and
/// the archives; the digests stay, so that the root of the segment can still be proven.
public struct RetentionDuty: LedgerDuty {
  public let name = "retention"
  private let rules: RetentionRules
  private var judged: Int64 = 0

  /// Between two segments, and between two rounds, in microseconds.
  static let stepMicroseconds: Int64 = 200_000
  static let roundMicroseconds: Int64 = 3_600_000_000

  public init(rules: RetentionRules) { self.rules = rules }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    // Before anything is read: what comes later is seen by the writer.
    let through = try context.reader.standing().throughSequence
    let (rules, now) = (self.rules, context.now.utc)
    // What stays for a reason of its own is not traced: most segments are kept by their period alone.
    let next = try context.reader.retentionCandidate(after: judged) { candidate in
      let verdict = RetentionPlan.judge(candidate.segment, lots: candidate.lots, rules: rules, at: now)
      if case .mayGo = verdict { return true }
      return false
    }
    guard let candidate = next else {
      judged = 0
      return .microseconds(Self.roundMicroseconds)
    }
    let segment = candidate.segment
    let verdict = RetentionPlan.judge(segment, lots: candidate.lots, rules: rules, at: now)
    if case .mayGo(let archives) = verdict {
      let fact = ReadingsRetired(
        segment: segment.id, from: candidate.from, until: segment.until, readings: candidate.readings,
        rule: rules.words, archive: archives.isEmpty ? nil : archives.joined(separator: ", "),
        rootSHA256: EventChain.hex(candidate.root))
      do throws(LedgerError) {
        _ = try context.write([.retireSegment(segment.id, judgedThrough: through)], [.readingsRetired(fact)])
      } catch {
        // Another event came between: it is judged again with that.
        guard case .overtaken = error else { throw error }
        return .microseconds(Self.stepMicroseconds)
      }
    }
    judged = segment.id
    return .microseconds(Self.stepMicroseconds)
  }
}

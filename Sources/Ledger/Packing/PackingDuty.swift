import Devices
import Shopfloor

/// Packs the oldest commits into segments and drops them then, piece by piece.
///
/// It may end at any instant: a segment is written in one commit with the event that tells of it, and commits that are in a
/// segment but not dropped yet are found again by their numbers.
public struct PackingDuty: LedgerDuty {
  public var name: String { "packing" }

  /// Commits that are dropped in one piece.
  public static let commitsPerDrop = 200
  /// When it looks again after there was nothing to pack, and between two drops, so that readings come first.
  public static let idleMicroseconds: Int64 = 60_000_000
  public static let betweenDropsMicroseconds: Int64 = 50_000
  private let bounds: PackingPlan.Bounds
  private let rest: PackingPlan.Rest

  public init(bounds: PackingPlan.Bounds = PackingPlan.Bounds(), rest: PackingPlan.Rest = PackingPlan.Rest()) {
    self.bounds = bounds
    self.rest = rest
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    if try context.reader.hasPackedCommits() {
      _ = try context.write([.dropPackedCommits(limit: Self.commitsPerDrop)], [])
      return .microseconds(Self.betweenDropsMicroseconds)
    }
    guard let next = try context.reader.nextToPack(bounds: bounds, rest: rest, now: context.now.utc) else {
      return .microseconds(Self.idleMicroseconds)
    }
    let segment = try Self.pack(next)
    var facts: [Event] = [.readingsPacked(Self.notice(of: segment, next.commits))]
    var work: [LedgerUpkeep] = [.addSegment(segment)]
    for damage in next.damage {
      let id = damage.commit.id
      if damage.isOfReadings {
        work.append(
          .quarantine(
            QuarantinedStretch(
              place: .readings, first: id, last: id, reason: damage.reason, foundAt: context.now.utc.microseconds)))
      }
      facts.append(.ledgerDamageFound(try context.reader.told(damage)))
    }
    _ = try context.write(work, facts)
    return .none
  }

  private static func pack(_ next: NextSegment) throws(LedgerError) -> PackedSegment {
    do throws(SegmentCodec.Fault) {
      return try next.codec.pack(next.commits, id: next.id, headBefore: next.headBefore)
    } catch {
      throw .readingsDamaged(
        batch: error.commit ?? next.commits.first?.id ?? 0, reason: "it cannot be packed: \(error.reason)")
    }
  }

  private static func notice(of segment: PackedSegment, _ commits: [StoredCommit]) -> ReadingsPacked {
    let parts = [segment.skeleton] + segment.clocks + segment.blocks.map(\.part)
    return ReadingsPacked(
      segment: segment.id, firstBatch: segment.firstBatch, lastBatch: segment.lastBatch,
      readings: segment.readingCount, bytesBefore: commits.reduce(0) { $0 + Int64($1.body?.count ?? 0) },
      bytesAfter: parts.reduce(0) { $0 + Int64($1.body.count) }, rootSHA256: EventChain.hex(segment.root))
  }
}

extension LedgerReader {
  /// Damage that packing met, with the lots and runs of its time.
  fileprivate func told(_ damage: NextSegment.Damage) throws(LedgerError) -> LedgerDamageFound {
    let commit = damage.commit
    return try read { db in
      let readings = damage.isOfReadings ? try Concerned.span(of: .readings, commit.id, commit.id, db) : nil
      let span = readings ?? commit.time...commit.time
      let concerned = try Concerned.between(span.lowerBound, span.upperBound, db)
      return LedgerDamageFound(
        place: damage.isOfReadings ? .readings : .index, first: commit.id, last: commit.id, reason: damage.reason,
        from: Timestamp(microseconds: span.lowerBound), until: Timestamp(microseconds: span.upperBound),
        lots: concerned.lots, runs: concerned.runs)
    }
  }
}

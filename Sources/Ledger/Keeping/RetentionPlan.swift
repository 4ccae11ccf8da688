public import Shopfloor

/// Which packed readings may go. Pure: what the ledger knows is given, and every reason to keep them is named.
///
/// A hold always wins: of a lot that a reading may belong to, of a lot that was made from such a lot, and of a lot that
/// such a lot was made from.
public enum RetentionPlan {
  /// An archive, and the last commit whose readings it holds.
  public struct Archive: Hashable, Sendable {
    public var name: String
    public var throughBatch: Int64

    public init(name: String, throughBatch: Int64) {
      self.name = name
      self.throughBatch = throughBatch
    }
  }

  /// What the ledger knows of a lot.
  public struct Lot: Hashable, Sendable {
    public var number: LotNumber
    public var completedAt: Timestamp?
    public var isSealed: Bool
    /// Its record, and every effect of it, is delivered.
    public var isDelivered: Bool
    /// The newest archive that holds its last sealed record, and was read back.
    public var archive: Archive?
    public var isOnHold: Bool
    /// Lots that it was made from, and lots that were made from it, directly or through others.
    public var related: [LotNumber]

    public init(
      number: LotNumber, completedAt: Timestamp?, isSealed: Bool, isDelivered: Bool, archive: Archive?,
      isOnHold: Bool, related: [LotNumber] = []
    ) {
      self.number = number
      self.completedAt = completedAt
      self.isSealed = isSealed
      self.isDelivered = isDelivered
      self.archive = archive
      self.isOnHold = isOnHold
      self.related = related
    }
  }

  /// A packed segment with what touches its time.
  public struct Segment: Hashable, Sendable {
    public var id: Int64
    /// Its last commit: an archive that ends before it may lack readings that came late.
    public var lastBatch: Int64
    /// The last instant of a reading or a commit in it.
    public var until: Timestamp
    /// The lots whose runs touch its time.
    public var lots: [LotNumber]
    /// A run without an end touches its time.
    public var hasOpenRun: Bool
    /// An alarm that touches its time is not closed.
    public var hasOpenAlarm: Bool
    /// A part of it was damaged and is set aside.
    public var isQuarantined: Bool

    public init(
      id: Int64, lastBatch: Int64, until: Timestamp, lots: [LotNumber], hasOpenRun: Bool = false,
      hasOpenAlarm: Bool = false,
      isQuarantined: Bool = false
    ) {
      self.id = id
      self.lastBatch = lastBatch
      self.until = until
      self.lots = lots
      self.hasOpenRun = hasOpenRun
      self.hasOpenAlarm = hasOpenAlarm
      self.isQuarantined = isQuarantined
    }
  }

  /// Why a segment stays.
  public enum Reason: Hashable, Sendable {
    case periodNotOver(until: Timestamp)
    case runOpen
    case alarmOpen
    case quarantined
    case unknownLot(LotNumber)
    case notCompleted(LotNumber)
    case notSealed(LotNumber)
    case notDelivered(LotNumber)
    case notArchived(LotNumber)
    /// Its archive was made before the last readings of the segment came.
    case archiveTooOld(LotNumber)
    case onHold(LotNumber)
    /// The lot stays because another one, made from it or into it, is on hold.
    case relatedOnHold(LotNumber, of: LotNumber)
  }

  public enum Verdict: Hashable, Sendable {
    /// The names of the archives that hold its lots.
    case mayGo(archives: [String])
    case stays([Reason])
  }

  /// Judges one segment.
  ///
  /// - Parameter lots: everything known of the lots it names and of their relatives; a lot that is not there keeps it.
  public static func judge(
    _ segment: Segment, lots: [LotNumber: Lot], rules: RetentionRules, at now: Timestamp
  ) -> Verdict {
    var reasons: [Reason] = []
    if segment.isQuarantined { reasons.append(.quarantined) }
    if segment.hasOpenRun { reasons.append(.runOpen) }
    if segment.hasOpenAlarm { reasons.append(.alarmOpen) }
    let period = Int64(rules.readingsDays) * RetentionRules.dayMicroseconds
    // Readings that belong to no run are as old as they are themselves.
    var keptUntil = segment.until.advanced(byMicroseconds: period)
    for number in segment.lots {
      guard let lot = lots[number] else {
        reasons.append(.unknownLot(number))
        continue
      }
      if let completed = lot.completedAt {
        keptUntil = max(keptUntil, completed.advanced(byMicroseconds: period))
      } else {
        reasons.append(.notCompleted(number))
      }
      if !lot.isSealed { reasons.append(.notSealed(number)) }
      if !lot.isDelivered { reasons.append(.notDelivered(number)) }
      if let archive = lot.archive {
        if archive.throughBatch < segment.lastBatch { reasons.append(.archiveTooOld(number)) }
      } else {
        reasons.append(.notArchived(number))
      }
      reasons += holds(of: lot, lots)
    }
    if now < keptUntil { reasons.append(.periodNotOver(until: keptUntil)) }
    guard reasons.isEmpty else { return .stays(reasons) }
    return .mayGo(archives: segment.lots.compactMap { lots[$0]?.archive?.name })
  }

  private static func holds(of lot: Lot, _ lots: [LotNumber: Lot]) -> [Reason] {
    var reasons: [Reason] = lot.isOnHold ? [.onHold(lot.number)] : []
    for related in lot.related {
      guard let other = lots[related] else {
        reasons.append(.unknownLot(related))
        continue
      }
      if other.isOnHold { reasons.append(.relatedOnHold(related, of: lot.number)) }
    }
    return reasons
  }
}

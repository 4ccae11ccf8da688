public import Shopfloor

/// A stretch of time in which a sensor may have measured wrongly, by what its calibrations say.
public struct DoubtfulStretch: Hashable, Sendable, Codable {
  public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
    /// A calibration found the sensor out of tolerance: everything since the last one that left it in tolerance is in doubt
    /// (ISO 10012:2003, 8.3.3; ISO/IEC 17025:2017, 7.10).
    case foundOutOfTolerance
    /// A calibration left it out of tolerance: everything until the next one is in doubt.
    case leftOutOfTolerance
    /// The next calibration was due and did not come.
    case overdue

    public var words: Words {
      switch self {
      case .foundOutOfTolerance: Words("found out of tolerance", "校准时发现超差")
      case .leftOutOfTolerance: Words("left out of tolerance", "校准后仍超差")
      case .overdue: Words("calibration overdue", "校准逾期")
      }
    }
  }

  public var cause: Cause
  /// Nil: since ever, because no calibration before left it in tolerance.
  public var from: Timestamp?
  /// The stretch ends before it; nil: it goes on.
  public var until: Timestamp?
  /// The calibration that tells of it.
  public var certificate: String?

  public init(cause: Cause, from: Timestamp?, until: Timestamp?, certificate: String?) {
    self.cause = cause
    self.from = from
    self.until = until
    self.certificate = certificate
  }

  public func touches(from begin: Timestamp, to end: Timestamp?) -> Bool {
    (end.map { stop in from.map { $0 < stop } ?? true } ?? true) && (until.map { $0 > begin } ?? true)
  }
}

extension DoubtfulStretch {
  /// The doubtful stretches of a sensor, in the order of their begin.
  ///
  /// - Parameters:
  ///   - recorded: its calibrations in the order in which they were recorded. Of several at the same instant the last one
  ///     counts: it corrects the others.
  ///   - now: what is due later is not overdue.
  public static func stretches(of recorded: [Calibration], now: Timestamp) -> [DoubtfulStretch] {
    var byTime: [Timestamp: Calibration] = [:]
    for calibration in recorded { byTime[calibration.performedAt] = calibration }
    let calibrations = byTime.values.sorted { $0.performedAt < $1.performedAt }
    var found: [DoubtfulStretch] = []
    var lastGood: Timestamp?
    for (index, calibration) in calibrations.enumerated() {
      let next = index + 1 < calibrations.count ? calibrations[index + 1].performedAt : nil
      if calibration.asFound == .outOfTolerance {
        found.append(
          DoubtfulStretch(
            cause: .foundOutOfTolerance, from: lastGood, until: calibration.performedAt,
            certificate: calibration.certificate))
      }
      if calibration.asLeft == .outOfTolerance {
        found.append(
          DoubtfulStretch(
            cause: .leftOutOfTolerance, from: calibration.performedAt, until: next, certificate: calibration.certificate
          ))
      } else {
        lastGood = calibration.performedAt
      }
      if let due = calibration.dueAt, next.map({ due < $0 }) ?? (due <= now) {
        found.append(
          DoubtfulStretch(cause: .overdue, from: due, until: next, certificate: calibration.certificate))
      }
    }
    return found.sorted { left, right in
      let first = left.from?.microseconds ?? .min
      let second = right.from?.microseconds ?? .min
      return (first, left.until?.microseconds ?? .max, left.cause.rawValue)
        < (second, right.until?.microseconds ?? .max, right.cause.rawValue)
    }
  }
}

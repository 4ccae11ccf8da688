/// How the alarms of a stretch of time served the people, by the measures of ANSI/ISA-18.2-2016, clause 16 (monitoring
/// and assessment; IEC 62682 has the same). A station stands for the standard's operator position.
///
/// Alarms of sources that were out of service when they were raised called nobody: they are counted apart and in none of
/// the other figures.
public struct AlarmPerformance: Hashable, Sendable, Codable {
  public var from: Timestamp
  /// Does not belong to the stretch.
  public var until: Timestamp
  /// Alarms raised in the stretch.
  public var raised: Int
  public var raisedOutOfService: Int
  /// Alarms that were on the shelf at some time of the stretch.
  public var shelved: Int
  /// Rungs of the ladder that were climbed in the stretch.
  public var escalated: Int
  /// The most urgent first.
  public var priorities: [PriorityShare]
  public var acknowledgement: AcknowledgementFigures
  public var stations: [StationFigures]
  /// The sources that raise most, at most ten of them, and the share of all alarms that they raise together.
  public var topSources: [SourceShare]
  public var topSourcesPercent: Double
  public var chattering: [Chattering]
  /// Alarms that were over before anybody could have acted.
  public var fleeting: Int
  /// Alarms that were active for more than a day at some time of the stretch.
  public var stale: [AlarmID]
  /// Alarms that are active at its end.
  public var standing: Int

  public struct PriorityShare: Hashable, Sendable, Codable {
    public var priority: AlarmPriority
    public var raised: Int
    public var percent: Double
    /// What is aimed at.
    public var aimedPercent: Double
  }

  /// Of the alarms raised in the stretch.
  public struct AcknowledgementFigures: Hashable, Sendable, Codable {
    public var acknowledged: Int
    public var waiting: Int
    /// From raised to acknowledged; nil where none was.
    public var medianSeconds: Double?
    /// By nearest rank: 95 % were as quick or quicker.
    public var percentile95Seconds: Double?
  }

  public struct StationFigures: Hashable, Sendable, Codable {
    public var station: StationName
    public var raised: Int
    public var perHour: Double
    public var perDay: Double
    /// The most alarms in any ten minutes, wherever they begin.
    public var peakInTenMinutes: Int
    public var floods: [AlarmFlood]
    /// Of the stretch, in per cent.
    public var floodPercent: Double
  }

  public struct SourceShare: Hashable, Sendable, Codable {
    public var source: AlarmSource
    public var raised: Int
    public var percent: Double
  }

  /// A source that went in and out of alarm quickly.
  public struct Chattering: Hashable, Sendable, Codable {
    public var source: AlarmSource
    public var raised: Int
    public var mostInOneMinute: Int
  }
}

/// The figures that alarms are held to.
public enum AlarmMeasure {
  /// Shares of the priorities among the alarms that were told (ANSI/ISA-18.2-2016, clause 16, three priorities).
  public static func aimedPercent(_ priority: AlarmPriority) -> Double {
    switch priority {
    case .high: 5
    case .medium: 15
    case .low: 80
    }
  }

  /// Alarms an hour and position that are very likely to be acceptable, and the most that is manageable (as above).
  public static let acceptablePerHour = 6.0
  public static let manageablePerHour = 12.0
  /// A flood begins with so many alarms in ten minutes, and ends when fewer than `floodEnd` came in ten (as above).
  public static let floodBegin = 10
  public static let floodEnd = 5
  public static let tenMinutes: Int64 = 600_000_000
  /// A source that raises so often within a minute chatters: the customary first measure; the standard leaves it to the site.
  public static let chatteringRaises = 3
  public static let minute: Int64 = 60_000_000
  /// Active for longer is stale (ANSI/ISA-18.2-2016, clause 16).
  public static let day: Int64 = 86_400_000_000
  /// Over within this time and not acknowledged before is fleeting. A figure of ours: the standard names none.
  public static let fleeting: Int64 = 10_000_000
  public static let topSources = 10
}

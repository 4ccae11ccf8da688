public import Shopfloor

/// How large the made-up plant's history is, and from which seed.
public struct PlantSize: Hashable, Sendable, Codable {
  public var seed: UInt64
  public var lots: Int
  /// About so many; at least ``leastPolls`` polls of every lot.
  public var readings: Int
  public var start: Timestamp
  /// From the first reading to the last, in microseconds.
  public var spanMicroseconds: Int64
  /// Lots that one lot of bought material goes into.
  public var lotsPerMaterial: Int
  public var stations: Int
  /// Times the noise of the sensors: 1 for a machine at work, 0.02 for one that stands.
  public var noise: Double

  /// 2026-01-01T00:00:00Z.
  public static let firstDay = Timestamp(microseconds: 1_767_225_600_000_000)
  public static let year: Int64 = 365 * 86_400_000_000
  /// Fewest polls of a station while a lot is there: every cycle of it is seen.
  static let leastPolls = 20

  public init(
    seed: UInt64 = 1, lots: Int, readings: Int, start: Timestamp = firstDay, spanMicroseconds: Int64 = year,
    lotsPerMaterial: Int = 50, stations: Int = 8, noise: Double = 1
  ) {
    precondition(lots > 0 && spanMicroseconds > 0 && lotsPerMaterial > 0 && stations > 0 && noise >= 0)
    self.seed = seed
    self.lots = lots
    self.readings = readings
    self.start = start
    self.spanMicroseconds = spanMicroseconds
    self.lotsPerMaterial = lotsPerMaterial
    self.stations = stations
    self.noise = noise
  }

  /// Lots that follow one another at a station.
  var lotsPerStation: Int { (lots + stations - 1) / stations }
  /// Polls of every station.
  var polls: Int {
    max(readings / (stations * PlantLine.parametersPerStation), lotsPerStation * Self.leastPolls)
  }
  var pollMicroseconds: Int64 { max(spanMicroseconds / Int64(polls), 1_000) }
}

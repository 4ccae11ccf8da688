public import Devices
public import Shopfloor

/// One event as the ledger holds it, with its place in the hash chain.
public struct EventRecord: Hashable, Sendable {
  /// 1, 2, 3, … without holes.
  public var sequence: Int64
  /// When the recorder took it, in UTC and by the monotonic clock.
  public var time: Timestamp
  public var monotonicMicroseconds: Int64
  /// Who caused it: "person P-1", "device scanner-1", "erp", "recorder".
  public var actor: String
  /// True where the recorder derived it from readings; such events can be re-derived by replay.
  public var derived: Bool
  public var event: Event
  /// The stored canonical bytes that the hash covers.
  public var canonicalBytes: [UInt8]
  /// SHA-256 of the previous record's hash and these bytes; 32 bytes.
  public var hash: [UInt8]

  public init(
    sequence: Int64, time: Timestamp, monotonicMicroseconds: Int64, actor: String, derived: Bool, event: Event,
    canonicalBytes: [UInt8], hash: [UInt8]
  ) {
    self.sequence = sequence
    self.time = time
    self.monotonicMicroseconds = monotonicMicroseconds
    self.actor = actor
    self.derived = derived
    self.event = event
    self.canonicalBytes = canonicalBytes
    self.hash = hash
  }
}

/// A parameter as the ledger registered it.
public struct RegisteredParameter: Hashable, Sendable, Codable {
  public var index: ParameterIndex
  public var station: StationName
  public var name: ParameterName
  public var device: DeviceName
  public var point: String
  public var unit: String

  public init(
    index: ParameterIndex, station: StationName, name: ParameterName, device: DeviceName, point: String, unit: String
  ) {
    self.index = index
    self.station = station
    self.name = name
    self.device = device
    self.point = point
    self.unit = unit
  }
}

/// The readings of one parameter that belong to one run by their own time, in time order; equal times in the order of
/// arrival.
public struct RunSeries: Hashable, Sendable {
  public var run: RunID
  public var parameter: RegisteredParameter
  /// Empty where a summary stands for them.
  public var readings: [Reading]
  public var summary: SeriesAbstract?

  public init(run: RunID, parameter: RegisteredParameter, readings: [Reading]) {
    self.run = run
    self.parameter = parameter
    self.readings = readings
  }

  public init(run: RunID, parameter: RegisteredParameter, summary: SeriesAbstract) {
    self.run = run
    self.parameter = parameter
    self.readings = []
    self.summary = summary
  }

  public var count: Int { summary?.count ?? readings.count }
}

/// Everything the ledger knows that concerns one lot, read in one transaction: what a batch record is assembled from.
public struct LotEvidence: Hashable, Sendable {
  public var lot: LotNumber
  public var site: String
  public var line: String
  /// The last event that was in the ledger when this was read.
  public var throughSequence: Int64
  /// The hash of that event, 32 bytes: anchors the record in the chain.
  public var throughHash: [UInt8]
  public var workOrder: WorkOrder?
  /// The runs of this lot in the order of their start.
  public var runs: [Run]
  /// The plans that these runs name, by digest.
  public var plans: [String: LinePlan]
  /// People who appear in the events below.
  public var people: [Person]
  /// Material lots that were consumed.
  public var materialLots: [MaterialLot]
  /// Every event that concerns the lot, its runs, the stations while it was there and the recorder meanwhile.
  public var events: [EventRecord]
  public var series: [RunSeries]
  /// The control plans that these runs pinned, by digest.
  public var controlPlans: [String: ControlPlan]
  /// What was set aside as damaged in the time of these runs and is in none of the series.
  public var leftOut: [LeftOutReadings]

  public init(
    lot: LotNumber, site: String, line: String, throughSequence: Int64, throughHash: [UInt8], workOrder: WorkOrder?,
    runs: [Run], plans: [String: LinePlan], people: [Person], materialLots: [MaterialLot], events: [EventRecord],
    series: [RunSeries], controlPlans: [String: ControlPlan] = [:], leftOut: [LeftOutReadings] = []
  ) {
    self.lot = lot
    self.site = site
    self.line = line
    self.throughSequence = throughSequence
    self.throughHash = throughHash
    self.workOrder = workOrder
    self.runs = runs
    self.plans = plans
    self.people = people
    self.materialLots = materialLots
    self.events = events
    self.series = series
    self.controlPlans = controlPlans
    self.leftOut = leftOut
  }
}

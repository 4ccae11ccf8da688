/// What the configuration says of a line, checked and in the vocabulary of the floor: its stations, their parameters,
/// limits, cycles and characteristics. Travels as a value; every run names the plan it was made under by digest.
public struct LinePlan: Hashable, Sendable, Codable {
  public var site: String
  public var line: String
  public var stations: [StationPlan]
  /// How the devices and connectors are wired, as text: what an auditor must see change.
  public var wiring: [WiringEntry]
  /// What may be written to devices; nil: nothing.
  public var writes: [WriteAllowance]?
  /// Nil: the rules of ``MaterialRules/init(substitutes:overDeliveryPercent:minimumRemainingLifeDays:allowsBlindReceipt:)``.
  public var materialRules: MaterialRules?
  /// Nil: free causes, no ladder.
  public var alarmPolicy: AlarmPolicy?
  /// Who outside the floor is told of what; nil: nobody.
  public var notifications: [NotificationPlan]?
  /// Why pieces are not good; nil: the reasons are free text.
  public var quantities: QuantityRules?

  public init(
    site: String, line: String, stations: [StationPlan], wiring: [WiringEntry] = [], writes: [WriteAllowance]? = nil,
    materialRules: MaterialRules? = nil, alarmPolicy: AlarmPolicy? = nil, notifications: [NotificationPlan]? = nil,
    quantities: QuantityRules? = nil
  ) {
    self.site = site
    self.line = line
    self.stations = stations
    self.wiring = wiring
    self.writes = writes
    self.materialRules = materialRules
    self.alarmPolicy = alarmPolicy
    self.notifications = notifications
    self.quantities = quantities
  }

  /// The stations that have a parameter or the interlock of a device, and `other`, in the order of the plan.
  public func stations(using device: DeviceName, or other: StationName? = nil) -> [StationName] {
    stations.filter { station in
      station.name == other || station.interlock?.device == device
        || station.parameters.contains { $0.device == device }
    }.map(\.name)
  }

  public func write(_ point: String, of device: DeviceName) -> WriteAllowance? {
    writes?.first { $0.device == device && $0.point == point }
  }

  public func station(_ name: StationName) -> StationPlan? { stations.first { $0.name == name } }
}

/// One device or connector, and how it is reached and read.
public struct WiringEntry: Hashable, Sendable, Codable {
  public var name: String
  public var description: String

  public init(name: String, description: String) {
    self.name = name
    self.description = description
  }
}

/// A write point of a device that the site's configuration has switched on.
public struct WriteAllowance: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var point: String
  public var unit: String
  public var minimum: Double
  public var maximum: Double

  public init(device: DeviceName, point: String, unit: String, minimum: Double, maximum: Double) {
    self.device = device
    self.point = point
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// What is written to a device of the station while a specification alarm is open there, and when all are closed.
public struct InterlockPlan: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var point: String
  public var holdValue: Double
  public var releaseValue: Double

  public init(device: DeviceName, point: String, holdValue: Double = 1, releaseValue: Double = 0) {
    self.device = device
    self.point = point
    self.holdValue = holdValue
    self.releaseValue = releaseValue
  }
}

/// One station: where lots stay for one operation.
public struct StationPlan: Hashable, Sendable, Codable {
  public var name: StationName
  public var operation: OperationName
  /// How many lots one run may hold: 1 for most machines, more for an oven or a steriliser.
  public var loadCapacityLots: Int
  public var parameters: [ParameterPlan]
  public var cycle: CyclePlan?
  public var characteristics: [CharacteristicPlan]
  public var interlock: InterlockPlan?
  /// What the station is for; nil: production.
  public var role: StationRole?
  /// The steps that ask for a second person; nil: none.
  public var secondPerson: [StationStep]?
  /// Whether a run of another work order asks for line clearance first; nil: no.
  public var lineClearance: Bool?
  /// How strictly labels are judged here; nil: as labels of suppliers are.
  public var labels: LabelStrictness?

  public init(
    name: StationName, operation: OperationName, loadCapacityLots: Int = 1, parameters: [ParameterPlan] = [],
    cycle: CyclePlan? = nil, characteristics: [CharacteristicPlan] = [], interlock: InterlockPlan? = nil,
    role: StationRole? = nil, secondPerson: [StationStep]? = nil, lineClearance: Bool? = nil,
    labels: LabelStrictness? = nil
  ) {
    self.name = name
    self.operation = operation
    self.loadCapacityLots = loadCapacityLots
    self.parameters = parameters
    self.cycle = cycle
    self.characteristics = characteristics
    self.interlock = interlock
    self.role = role
    self.secondPerson = secondPerson
    self.lineClearance = lineClearance
    self.labels = labels
  }

  public var work: StationRole { role ?? .production }
}

/// A parameter of a station: which point of which device it is, and the limits every good reading is held to.
public struct ParameterPlan: Hashable, Sendable, Codable {
  public var name: ParameterName
  public var device: DeviceName
  public var point: String
  public var unit: String
  /// How often a reading is expected; silence for three times as long is a gap. In microseconds; 0: no expectation.
  public var expectedIntervalMicroseconds: Int64
  public var specification: LimitPlan?
  public var alarm: LimitPlan?

  public init(
    name: ParameterName, device: DeviceName, point: String, unit: String, expectedIntervalMicroseconds: Int64,
    specification: LimitPlan? = nil, alarm: LimitPlan? = nil
  ) {
    self.name = name
    self.device = device
    self.point = point
    self.unit = unit
    self.expectedIntervalMicroseconds = expectedIntervalMicroseconds
    self.specification = specification
    self.alarm = alarm
  }
}

/// A pair of limits with the deadband and the delays of ISA-18.2 (ANSI/ISA-18.2-2016, alarm attributes).
///
/// A value strictly beyond a limit violates it; a value on the limit conforms. The alarm returns when the value is back
/// by more than the deadband.
public struct LimitPlan: Hashable, Sendable, Codable {
  public var low: Double?
  public var high: Double?
  public var deadband: Double
  /// How long the violation must last before the alarm is raised, in microseconds.
  public var onDelayMicroseconds: Int64
  /// What a violation leads to beside the alarm; nil: nothing. Specification limits only.
  public var response: ViolationResponse?
  /// Nil: high for a specification limit, medium for an alarm limit.
  public var priority: AlarmPriority?
  /// A reaction plan of the control plan.
  public var reactionPlan: String?

  public init(
    low: Double?, high: Double?, deadband: Double = 0, onDelayMicroseconds: Int64 = 0,
    response: ViolationResponse? = nil, priority: AlarmPriority? = nil, reactionPlan: String? = nil
  ) {
    self.low = low
    self.high = high
    self.deadband = deadband
    self.onDelayMicroseconds = onDelayMicroseconds
    self.response = response
    self.priority = priority
    self.reactionPlan = reactionPlan
  }
}

/// How the cycles of a station are found.
public struct CyclePlan: Hashable, Sendable, Codable {
  public enum Condition: Hashable, Sendable, Codable {
    /// A PLC bit: the cycle lasts while the value is not 0.
    case bit
    /// The cycle begins when the value rises above `level` and ends when it falls below `level - hysteresis`.
    case above(level: Double, hysteresis: Double)
    /// The cycle begins when the value falls below `level` and ends when it rises above `level + hysteresis`.
    case below(level: Double, hysteresis: Double)
  }

  public var parameter: ParameterName
  public var condition: Condition

  public init(parameter: ParameterName, condition: Condition) {
    self.parameter = parameter
    self.condition = condition
  }
}

/// A feature that is taken once per cycle, or as ``sampling`` says, and may feed a chart.
public struct CharacteristicPlan: Hashable, Sendable, Codable {
  public enum Feature: String, Hashable, Sendable, Codable, CaseIterable {
    case mean, minimum, maximum, duration, end
  }

  public var name: CharacteristicName
  /// The parameter whose readings the feature is taken of; for `duration` the parameter that finds the cycle.
  public var parameter: ParameterName
  public var feature: Feature
  public var unit: String
  public var specification: LimitPlan?
  public var chart: ChartPlan?
  /// When a value is taken; nil: once per cycle.
  public var sampling: SamplingPlan?
  /// Conditions that must hold all the while a value is taken for it to be charted; nil: none.
  public var gates: [GatePlan]?

  public init(
    name: CharacteristicName, parameter: ParameterName, feature: Feature, unit: String,
    specification: LimitPlan? = nil, chart: ChartPlan? = nil, sampling: SamplingPlan? = nil, gates: [GatePlan]? = nil
  ) {
    self.name = name
    self.parameter = parameter
    self.feature = feature
    self.unit = unit
    self.specification = specification
    self.chart = chart
    self.sampling = sampling
    self.gates = gates
  }
}

/// A control plan: what a product is held to at the stations of this line. A document of its own: imported, compared with
/// the version before, approved by another person than its author, effective from a time; every run pins one version.
public struct ControlPlan: Hashable, Sendable, Codable {
  public var number: ControlPlanNumber
  /// Counts up by one with every document of this number.
  public var version: Int
  public var title: String
  /// The products it is for; empty: every product without a plan of its own.
  public var products: [ItemCode]
  public var stations: [StationControl]
  public var reactionPlans: [ReactionPlan]
  /// What changed against the version before, in the words of the author.
  public var changeNote: String

  public init(
    number: ControlPlanNumber, version: Int, title: String, products: [ItemCode] = [], stations: [StationControl],
    reactionPlans: [ReactionPlan] = [], changeNote: String = ""
  ) {
    self.number = number
    self.version = version
    self.title = title
    self.products = products
    self.stations = stations
    self.reactionPlans = reactionPlans
    self.changeNote = changeNote
  }

  public func station(_ name: StationName) -> StationControl? { stations.first { $0.station == name } }

  public func reactionPlan(_ name: String) -> ReactionPlan? { reactionPlans.first { $0.name == name } }
}

/// What is judged at one station under a control plan. It takes the place of the characteristics and the specification
/// limits that the configuration gives the station.
public struct StationControl: Hashable, Sendable, Codable {
  public var station: StationName
  public var specifications: [ParameterSpecification]
  public var characteristics: [CharacteristicPlan]

  public struct ParameterSpecification: Hashable, Sendable, Codable {
    public var parameter: ParameterName
    public var limits: LimitPlan

    public init(parameter: ParameterName, limits: LimitPlan) {
      self.parameter = parameter
      self.limits = limits
    }
  }

  public init(
    station: StationName, specifications: [ParameterSpecification] = [], characteristics: [CharacteristicPlan] = []
  ) {
    self.station = station
    self.specifications = specifications
    self.characteristics = characteristics
  }
}

/// What to do when an alarm is raised (out-of-control action plan): steps that are recorded as they are done.
public struct ReactionPlan: Hashable, Sendable, Codable {
  public var name: String
  public var steps: [Words]

  public init(name: String, steps: [Words]) {
    self.name = name
    self.steps = steps
  }
}

/// One version of a control plan, as runs and events name it.
public struct ControlPlanReference: Hashable, Sendable, Codable {
  public var number: ControlPlanNumber
  public var version: Int
  /// SHA-256 of the canonical document, lower-case hex.
  public var digest: String

  public init(number: ControlPlanNumber, version: Int, digest: String) {
    self.number = number
    self.version = version
    self.digest = digest
  }
}

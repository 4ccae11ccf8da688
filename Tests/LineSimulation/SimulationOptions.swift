/// What one simulated stretch of days is made of. Everything follows from the seed.
public struct SimulationOptions: Sendable {
  public var seed: UInt64
  /// Virtual time.
  public var hours: Double
  /// Turns of the recorder after which the run ends early; nil: none.
  public var maximumSteps: Int?
  /// Faults come so many times as often as in the plan of faults.
  public var faultRate: Double
  /// Whether the disk may say that something is synced that is not. What the ledger then holds may end earlier than it was
  /// told, and nothing else: a weaker promise.
  public var hasLyingDisk: Bool
  /// A defect that the checks must find; nil: none.
  public var planted: PlantedDefect?

  public init(
    seed: UInt64, hours: Double = 24, maximumSteps: Int? = nil, faultRate: Double = 1, hasLyingDisk: Bool = false,
    planted: PlantedDefect? = nil
  ) {
    self.seed = seed
    self.hours = hours
    self.maximumSteps = maximumSteps
    self.faultRate = faultRate
    self.hasLyingDisk = hasLyingDisk
    self.planted = planted
  }
}

/// Defects put between the inbox and the recorder, or below it, to see that the checks can fail.
public enum PlantedDefect: String, Sendable, CaseIterable {
  /// Readings are acknowledged and never reach the recorder.
  case dropsAcknowledged
  /// Readings reach the recorder twice.
  case storesTwice
  /// A value is changed on its way.
  case changesValue
  /// A command is answered and never carried out.
  case forgetsCommand
  /// Readings of a device change their order.
  case reorders
  /// The disk says that it has synced and has not, and nobody told the checks.
  case lyingDisk
}

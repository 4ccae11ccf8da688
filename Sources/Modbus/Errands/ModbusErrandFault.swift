/// Why a one-off request could not be carried out.
public struct ModbusErrandFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable, for scripts: "unknown-device", "unknown-point", "queue-full", "not-connected", "timeout", "no-turn",
  /// "malformed-reply", "stopped", or the code of a `ModbusSetupFault`.
  public var code: String
  public var attempted: String
  public var nextStep: String

  public init(code: String, attempted: String, nextStep: String) {
    self.code = code
    self.attempted = attempted
    self.nextStep = nextStep
  }

  public var description: String { "Cannot \(attempted) (\(code)). \(nextStep)." }

  static func stopped(_ attempted: String) -> ModbusErrandFault {
    ModbusErrandFault(code: "stopped", attempted: attempted, nextStep: "The daemon is stopping; try again when it runs")
  }

  static func notConnected(_ attempted: String, _ reason: String) -> ModbusErrandFault {
    ModbusErrandFault(
      code: "not-connected", attempted: attempted,
      nextStep: "There is no connection (\(reason)). Check cable and address")
  }
}

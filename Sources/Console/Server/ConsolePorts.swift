public import Shopfloor

/// What the console needs from the rest of the daemon, as plain functions.
public struct ConsolePorts: Sendable {
  public var status: @Sendable () async -> LineStatus
  /// Answers after the acknowledgement is on disk.
  public var acknowledge: @Sendable (AcknowledgeRequest) async -> CommandAnswer
  /// Shelving, service and reaction steps; answers after the event is on disk.
  public var alarm: @Sendable (AlarmCommand) async -> CommandAnswer
  /// Answers after the hold, or its end, is on disk.
  public var hold: @Sendable (HoldRequest) async -> CommandAnswer
  /// Answers after the disposition is on disk.
  public var dispose: @Sendable (DispositionRequest) async -> CommandAnswer
  /// Answers after what became of it is on disk.
  public var controlPlan: @Sendable (ControlPlanCommand) async -> CommandAnswer
  /// Answers after the count is on disk.
  public var count: @Sendable (QuantityReported) async -> CommandAnswer
  /// One answer for every row, in their order, after what became of it is on disk.
  public var decideDeliveries: @Sendable (DeliveryDecisionRequest) async -> [CommandAnswer]
  public var comparison: ComparisonPorts
  public var reload: @Sendable () async -> ReloadAnswer
  public var devices: DevicePorts
  /// What happens at the stations.
  public var feedback: FeedbackHub

  /// What the console needs of the comparison with the ERP.
  public struct ComparisonPorts: Sendable {
    /// Answers when the request is on disk; the comparison goes on by itself.
    public var ask: @Sendable (ComparisonWish) async -> ComparisonAnswer
    /// Nil where no ERP is configured.
    public var findings: @Sendable () async -> ComparisonFindings?

    public init(
      ask: @escaping @Sendable (ComparisonWish) async -> ComparisonAnswer,
      findings: @escaping @Sendable () async -> ComparisonFindings?
    ) {
      self.ask = ask
      self.findings = findings
    }
  }

  /// What the console needs of the devices.
  public struct DevicePorts: Sendable {
    /// Answers when what became of it is on disk; or, where that takes long, when the order is.
    public var write: @Sendable (WriteRequest) async -> CommandAnswer
    public var forget: @Sendable (ForgetRequest) async -> CommandAnswer
    public var commission: @Sendable (DeviceCommissioning) async -> CommandAnswer
    /// Answers when what the calibration found is on disk.
    public var calibrate: @Sendable (Calibration) async -> CommandAnswer
    public var read: @Sendable (ReadDeviceRequest) async -> DeviceValues

    public init(
      write: @escaping @Sendable (WriteRequest) async -> CommandAnswer,
      forget: @escaping @Sendable (ForgetRequest) async -> CommandAnswer,
      commission: @escaping @Sendable (DeviceCommissioning) async -> CommandAnswer,
      calibrate: @escaping @Sendable (Calibration) async -> CommandAnswer,
      read: @escaping @Sendable (ReadDeviceRequest) async -> DeviceValues
    ) {
      self.write = write
      self.forget = forget
      self.commission = commission
      self.calibrate = calibrate
      self.read = read
    }
  }

  public init(
    status: @escaping @Sendable () async -> LineStatus,
    acknowledge: @escaping @Sendable (AcknowledgeRequest) async -> CommandAnswer,
    alarm: @escaping @Sendable (AlarmCommand) async -> CommandAnswer,
    hold: @escaping @Sendable (HoldRequest) async -> CommandAnswer,
    dispose: @escaping @Sendable (DispositionRequest) async -> CommandAnswer,
    controlPlan: @escaping @Sendable (ControlPlanCommand) async -> CommandAnswer,
    count: @escaping @Sendable (QuantityReported) async -> CommandAnswer,
    decideDeliveries: @escaping @Sendable (DeliveryDecisionRequest) async -> [CommandAnswer],
    comparison: ComparisonPorts,
    reload: @escaping @Sendable () async -> ReloadAnswer, devices: DevicePorts, feedback: FeedbackHub
  ) {
    self.status = status
    self.acknowledge = acknowledge
    self.alarm = alarm
    self.hold = hold
    self.dispose = dispose
    self.controlPlan = controlPlan
    self.count = count
    self.decideDeliveries = decideDeliveries
    self.comparison = comparison
    self.reload = reload
    self.devices = devices
    self.feedback = feedback
  }
}

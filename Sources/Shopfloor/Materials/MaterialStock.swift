/// Where the material of one lot is: what was consumed of it and what is set aside for which work order.
public struct MaterialStock: Hashable, Sendable, Codable {
  public var consumed = Quantity.zero
  /// Picked and not yet consumed, by work order.
  public var allocated: [WorkOrderNumber: Quantity] = [:]
  /// The item of the bill of materials that it was picked for.
  public var pickedFor: [WorkOrderNumber: ItemCode] = [:]
  /// How often it was consumed, counted or not.
  public var uses = 0
  /// What was consumed for each work order; nil: not known, because programs before this count had consumed of it, or
  /// something was consumed without a quantity, or by a run of several orders beyond what was picked for them.
  public var consumedFor: [WorkOrderNumber: Quantity]?

  public init() {}

  public var allocatedInAll: Quantity { allocated.values.reduce(.zero, +) }

  /// What nobody has consumed or set aside, of so much received.
  public func free(of received: Quantity) -> Quantity { received - consumed - allocatedInAll }
}

/// Where the material of one lot is: what was consumed of it and what is set aside for which work order.
public struct MaterialStock: Hashable, Sendable, Codable {
  public var consumed = Quantity.zero
  /// Picked and not yet consumed, by work order.
  public var allocated: [WorkOrderNumber: Quantity] = [:]

  public init() {}

  public var allocatedInAll: Quantity { allocated.values.reduce(.zero, +) }

  /// What nobody has consumed or set aside, of so much received.
  public func free(of received: Quantity) -> Quantity { received - consumed - allocatedInAll }
}

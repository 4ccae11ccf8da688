/// Goods that are on their way: a purchase order or an advance shipping notice of the ERP.
public struct ExpectedDelivery: Hashable, Sendable, Codable {
  public enum State: String, Sendable, Codable, CaseIterable {
    case expected, closed, cancelled

    public var words: Words {
      switch self {
      case .expected: Words("expected", "待收货")
      case .closed: Words("closed", "已关闭")
      case .cancelled: Words("cancelled", "已取消")
      }
    }
  }

  public struct Line: Hashable, Sendable, Codable {
    public var item: ItemCode
    public var quantity: Quantity
    /// The supplier's lot, where the notice names it: then no other lot is received on this line.
    public var supplierLot: String?

    public init(item: ItemCode, quantity: Quantity, supplierLot: String? = nil) {
      self.item = item
      self.quantity = quantity
      self.supplierLot = supplierLot
    }
  }

  /// The number on the delivery note.
  public var number: DeliveryNumber
  public var supplier: String
  public var lines: [Line]
  /// How much more than expected is received, in percent of a line; nil: what the line's rules say.
  public var overDeliveryPercent: Double?
  public var state: State

  public init(
    number: DeliveryNumber, supplier: String, lines: [Line], overDeliveryPercent: Double? = nil,
    state: State = .expected
  ) {
    self.number = number
    self.supplier = supplier
    self.lines = lines
    self.overDeliveryPercent = overDeliveryPercent
    self.state = state
  }
}

/// A lot of material: as the ERP sent it, or as it was received at the line.
public struct MaterialLot: Hashable, Sendable, Codable {
  public enum Status: String, Sendable, Codable, CaseIterable {
    case quarantined, released, blocked

    public var words: Words {
      switch self {
      case .quarantined: Words("in quarantine", "待检")
      case .released: Words("released", "已放行")
      case .blocked: Words("blocked", "已冻结")
      }
    }
  }

  /// Our own number, which the internal label carries; for lots that the ERP sent, the ERP's.
  public var number: MaterialLotNumber
  public var item: ItemCode
  public var status: Status
  /// First instant at which the material may no longer be used: midnight UTC after the expiry date; nil: none.
  public var unusableFrom: Timestamp?
  /// The lot as its maker calls it, exactly as on the label.
  public var supplierLot: String?
  /// Everything that was ever received of the lot; nil: not counted, and never short.
  public var quantity: Quantity?
  /// The delivery that it came with; nil: sent by the ERP, or received blind.
  public var delivery: DeliveryNumber?
  public var receivedAt: Timestamp?
  /// What the ERP said last; nil: nothing yet.
  public var erpStatus: Status?

  public init(
    number: MaterialLotNumber, item: ItemCode, status: Status, unusableFrom: Timestamp? = nil,
    supplierLot: String? = nil, quantity: Quantity? = nil, delivery: DeliveryNumber? = nil,
    receivedAt: Timestamp? = nil
  ) {
    self.number = number
    self.item = item
    self.status = status
    self.unusableFrom = unusableFrom
    self.supplierLot = supplierLot
    self.quantity = quantity
    self.delivery = delivery
    self.receivedAt = receivedAt
  }
}

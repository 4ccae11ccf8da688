/// What the labels of one container have said so far. Suppliers spread item, lot and expiry over several symbols.
public struct PendingReceipt: Hashable, Sendable, Codable {
  public var item: ItemCode?
  public var supplierLot: String?
  public var unusableFrom: Timestamp?
  public var quantity: Quantity?
  public var container: String?
  public var serial: String?
  /// The link character of HIBC: a primary and a secondary label belong together where it is the same.
  public var link: String?

  public init() {}
}

/// Released work: what is to be made, in which lots, through which operations, from which materials.
public struct WorkOrder: Hashable, Sendable, Codable {
  public enum State: String, Sendable, Codable {
    case released, closed, cancelled

    public var words: Words {
      switch self {
      case .released: Words("released", "已下达")
      case .closed: Words("closed", "已关闭")
      case .cancelled: Words("cancelled", "已取消")
      }
    }
  }

  public var number: WorkOrderNumber
  public var product: ItemCode
  public var productName: String
  public var quantity: Double
  public var unit: String
  /// The operations in the order in which every lot passes them.
  public var operations: [OperationName]
  public var lots: [LotNumber]
  /// The bill of materials: what may be consumed.
  public var materials: [BillOfMaterialsLine]
  public var state: State
  /// Whose order it is, as the ERP names the customer; nil: not said.
  public var customer: String?
  /// The device identifier of the product's UDI: a GTIN in 14 digits; nil: not said.
  public var deviceIdentifier: String?

  public init(
    number: WorkOrderNumber, product: ItemCode, productName: String, quantity: Double, unit: String,
    operations: [OperationName], lots: [LotNumber], materials: [BillOfMaterialsLine], state: State = .released,
    customer: String? = nil, deviceIdentifier: String? = nil
  ) {
    self.number = number
    self.product = product
    self.productName = productName
    self.quantity = quantity
    self.unit = unit
    self.operations = operations
    self.lots = lots
    self.materials = materials
    self.state = state
    self.customer = customer
    self.deviceIdentifier = deviceIdentifier
  }
}

/// One input of a product.
public struct BillOfMaterialsLine: Hashable, Sendable, Codable {
  public var item: ItemCode
  public var quantityPerUnit: Double
  /// Items that may stand in for it; nil: none but those of the line's rules.
  public var substitutes: [ItemCode]?
  /// True where the customer provides it and it stays the customer's; nil: not said.
  public var suppliedByCustomer: Bool?

  public init(
    item: ItemCode, quantityPerUnit: Double, substitutes: [ItemCode]? = nil, suppliedByCustomer: Bool? = nil
  ) {
    self.item = item
    self.quantityPerUnit = quantityPerUnit
    self.substitutes = substitutes
    self.suppliedByCustomer = suppliedByCustomer
  }
}

/// A person as the ERP names them. Badge, rights and language are the configuration's.
public struct PersonName: Hashable, Sendable, Codable {
  public var id: PersonID
  public var name: String

  public init(id: PersonID, name: String) {
    self.id = id
    self.name = name
  }
}

/// Someone who may act at a station.
public struct Person: Hashable, Sendable, Codable {
  public enum Right: String, Sendable, Codable, CaseIterable {
    /// Start, end and pause runs, consume material.
    case operate
    /// Acknowledge alarms.
    case acknowledge
    /// Put lots on hold and lift holds; release and block material.
    case disposition
    /// Import and approve control plans, set charts anew, take alarms out of service.
    case quality
    /// Write to devices, commission them, make the driver forget what it learned about them.
    case engineer
  }

  public var id: PersonID
  public var name: String
  /// The text on the badge; never shown in messages or records.
  public var badge: String
  public var rights: [Right]
  public var language: Language
  /// The name that the ERP prints, where it gave one; it takes the place of the configuration's.
  public var erpName: String?

  public init(id: PersonID, name: String, badge: String, rights: [Right], language: Language = .english) {
    self.id = id
    self.name = name
    self.badge = badge
    self.rights = rights
    self.language = language
  }
}

/// The site's rules for material: what the configuration says beyond the ERP's work orders and items.
public struct MaterialRules: Hashable, Sendable, Codable {
  /// An item that may stand in for another one.
  public struct Substitute: Hashable, Sendable, Codable {
    public var item: ItemCode
    public var substitute: ItemCode
    /// Only in this product; nil: in every product.
    public var product: ItemCode?

    public init(item: ItemCode, substitute: ItemCode, product: ItemCode? = nil) {
      self.item = item
      self.substitute = substitute
      self.product = product
    }
  }

  public var substitutes: [Substitute]
  /// How much more than expected is received, in percent of a line.
  public var overDeliveryPercent: Double
  /// Days that must be left before the expiry at receipt, for items that do not say otherwise.
  public var minimumRemainingLifeDays: Int
  /// Whether goods are received without an expected delivery.
  public var allowsBlindReceipt: Bool

  public init(
    substitutes: [Substitute] = [], overDeliveryPercent: Double = 0, minimumRemainingLifeDays: Int = 0,
    allowsBlindReceipt: Bool = true
  ) {
    self.substitutes = substitutes
    self.overDeliveryPercent = overDeliveryPercent
    self.minimumRemainingLifeDays = minimumRemainingLifeDays
    self.allowsBlindReceipt = allowsBlindReceipt
  }
}

/// What a station is for.
public enum StationRole: String, Hashable, Sendable, Codable, CaseIterable {
  /// Lots run here; material is consumed by runs.
  case production
  /// Goods from suppliers become material lots in quarantine.
  case receipt
  /// Material lots are set aside for work orders.
  case picking
}

/// How strictly labels are judged at a station.
public enum LabelStrictness: String, Hashable, Sendable, Codable, CaseIterable {
  /// As labels of shipped devices must be (UDI): every rule of the standard.
  case strict
  /// As labels of suppliers are: syntax, check digits and dates; what belongs together may stand on several symbols.
  case receiving
}

/// What people do at stations, as far as a rule may ask for a second person.
public enum StationStep: String, Hashable, Sendable, Codable, CaseIterable {
  case start, complete, consume, clearance, receive, pick, override, undo

  public var words: Words {
    switch self {
    case .start: Words("starting the run", "开始运行")
    case .complete: Words("completing the operation", "完成工序")
    case .consume: Words("consuming material", "投料")
    case .clearance: Words("line clearance", "清场")
    case .receive: Words("receiving goods", "收货")
    case .pick: Words("picking", "拣料")
    case .override: Words("taking another lot than suggested", "不按建议选批")
    case .undo: Words("undoing", "撤销")
    }
  }
}

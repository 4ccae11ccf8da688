/// The plant's lists of reasons why pieces are not good.
public struct QuantityRules: Hashable, Sendable, Codable {
  /// An empty list leaves the text free.
  public var scrapReasons: [ListedCode]
  public var reworkReasons: [ListedCode]

  public init(scrapReasons: [ListedCode] = [], reworkReasons: [ListedCode] = []) {
    self.scrapReasons = scrapReasons
    self.reworkReasons = reworkReasons
  }

  public func reasons(for kind: RejectKind) -> [ListedCode] {
    switch kind {
    case .scrap: scrapReasons
    case .rework: reworkReasons
    }
  }
}

/// What becomes of pieces that are not good.
public enum RejectKind: String, Hashable, Sendable, Codable, CaseIterable {
  case scrap, rework

  public var words: Words {
    switch self {
    case .scrap: Words("SCRAP", "报废")
    case .rework: Words("REWORK", "返工")
    }
  }
}

/// Most reasons of one kind in one count, and the longest free reason in bytes of UTF-8.
public let maximumRejectReasons = 100
public let maximumRejectReasonBytes = 200

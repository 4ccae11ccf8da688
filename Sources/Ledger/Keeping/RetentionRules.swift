/// How long readings are kept. Events and sealed records are kept for ever.
public struct RetentionRules: Hashable, Sendable, Codable {
  /// From the completion of the last lot that a reading belongs to, in days.
  public var readingsDays: Int
  /// The name of the rule for the ledger's event.
  public var words: String { "readings are kept \(readingsDays) days after the lot was completed" }

  public init(readingsDays: Int) { self.readingsDays = readingsDays }

  public static let dayMicroseconds: Int64 = 86_400_000_000
}

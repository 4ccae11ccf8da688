public import Shopfloor

/// A value as Tryton's JSON-RPC 8.0 knows it: JSON with marked decimals, dates, durations and bytes.
public indirect enum TrytonValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case number(Double)
  /// `{"__class__": "Decimal", "decimal": "12.50"}`; the text as it came.
  case decimal(String)
  case text(String)
  case date(year: Int, month: Int, day: Int)
  /// UTC, with microseconds.
  case instant(Timestamp)
  case duration(seconds: Double)
  case bytes([UInt8])
  case list([TrytonValue])
  case object([String: TrytonValue])
}

/// What Tryton answers to a call that it understood.
public enum TrytonAnswer: Hashable, Sendable {
  case value(TrytonValue)
  /// HTTP 200 with an error inside: nothing was changed.
  case refused(TrytonRefusal)
}

/// Why Tryton did not do what was asked.
public struct TrytonRefusal: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A business rule.
    case userError
    /// A question that may be answered yes once, by its name.
    case warning(name: String)
    /// The record changed since it was read.
    case concurrency
    /// The user may not do this.
    case access
    /// An error of the server: says nothing about what was asked.
    case serverError
    /// Everything else, such as a request that is too large.
    case other
  }

  public var kind: Kind
  /// In Tryton's words, on one line, bounded.
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Calls of Tryton's JSON-RPC, logged in. Log-ins, their renewal and the context are the implementer's business.
public protocol TrytonCalls: Sendable {
  /// Calls `model.<name>.<method>` with the parameters and, as the last one, the context.
  ///
  /// - Parameter context: entries beside the user's own context ("_timestamp", "company", "active_test").
  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer
}

import BatchRecord
import Ledger
import Shopfloor

/// What the flows of delivery need of Tryton: questions, acts, and the answer to its warnings.
struct TrytonDesk: Sendable {
  /// What became of an act.
  enum Act: Hashable, Sendable {
    case done(TrytonValue)
    case refused(TrytonRefusal)
  }

  /// Most records that one question asks for; more mean that something else is wrong.
  static let maximumRows = 20_000
  /// Warnings that are confirmed for one act.
  static let maximumWarnings = 10

  let calls: any TrytonCalls
  let options: TrytonDeliveryOptions
  let journal: any DeliveryJournal
  /// The row that is being delivered; nil while several are, which are then tried one by one where Tryton asks.
  var row: OutboxRow?
  /// Whether rows that fail together are tried one by one.
  var mayGoAlone = true

  // MARK: Questions

  /// - Parameter context: beside the user's own, such as "active_test".
  func rows(
    _ model: String, _ domain: [TrytonValue], _ fields: [String], context: [String: TrytonValue] = [:]
  ) async throws(DeliveryStop) -> [TrytonRecord] {
    let answer = try await ask(
      "\(model).search_read",
      [
        .list(domain), .integer(0), .integer(Int64(Self.maximumRows)), .list([.list([.text("id"), .text("ASC")])]),
        .texts(fields),
      ], context)
    guard case .list(let elements) = answer, elements.count < Self.maximumRows else {
      throw .unexpected("the ERP's answer to \(model).search_read is no list of fewer than \(Self.maximumRows) records")
    }
    return elements.compactMap { TrytonRecord($0) }
  }

  func read(_ model: String, _ ids: [Int64], _ fields: [String]) async throws(DeliveryStop) -> [TrytonRecord] {
    guard !ids.isEmpty else { return [] }
    // A search, because reading a record that somebody deleted would be an error.
    return try await rows(
      model, [.clause("id", "in", .integers(ids))], fields, context: ["active_test": .flag(false)])
  }

  private func ask(
    _ method: String, _ parameters: [TrytonValue], _ context: [String: TrytonValue]
  ) async throws(DeliveryStop) -> TrytonValue {
    switch try await call(method, parameters, context) {
    case .value(let value): return value
    case .refused(let refusal):
      guard refusal.kind == .serverError else { throw .blocked("the ERP does not answer \(method): \(refusal.text)") }
      // One of several rows may be the reason.
      throw row == nil && mayGoAlone ? .alone : .serverError(refusal.text)
    }
  }

  // MARK: Acts

  func create(_ model: String, _ records: [[String: TrytonValue]]) async throws(DeliveryStop) -> Act {
    try await act("\(model).create", [.list(records.map { .object($0) })])
  }

  /// Numbers of records and what is written into them.
  struct Part: Hashable, Sendable {
    var ids: [Int64]
    var values: [String: TrytonValue]
  }

  /// - Parameter parts: written in this order, in one transaction.
  func write(
    _ model: String, _ parts: [Part], timestamps: [String: TrytonValue] = [:]
  ) async throws(DeliveryStop) -> Act {
    var parameters: [TrytonValue] = []
    for part in parts { parameters += [.integers(part.ids), .object(part.values)] }
    return try await act(
      "\(model).write", parameters, timestamps.isEmpty ? [:] : ["_timestamp": .object(timestamps)])
  }

  func press(_ model: String, _ button: String, _ ids: [Int64]) async throws(DeliveryStop) -> Act {
    try await act("\(model).\(button)", [.integers(ids)])
  }

  func delete(_ model: String, _ ids: [Int64]) async throws(DeliveryStop) -> Act {
    try await act("\(model).delete", [.integers(ids)])
  }

  /// A warning that the configuration allows is written down first, then confirmed, then the act is repeated.
  private func act(
    _ method: String, _ parameters: [TrytonValue], _ context: [String: TrytonValue] = [:]
  ) async throws(DeliveryStop) -> Act {
    for _ in 0..<Self.maximumWarnings {
      switch try await call(method, parameters, context) {
      case .value(let value): return .done(value)
      case .refused(let refusal):
        if refusal.kind == .serverError, row != nil { throw .serverError(refusal.text) }
        guard case .warning(let name) = refusal.kind else { return .refused(try await explained(refusal, method)) }
        guard let row, options.accepts(warning: name, text: refusal.text) else {
          return .refused(Self.unanswered(refusal, name))
        }
        do throws(ERPFailure) {
          try await journal.note(.warningConfirmed, name: name, text: refusal.text, row: row)
        } catch {
          throw .failure(error)
        }
        _ = try await ask("res.user.warning.skip", [.text(name)], [:])
      }
    }
    return .refused(
      TrytonRefusal(.other, "it asks again and again: more than \(Self.maximumWarnings) warnings for one step"))
  }

  private func explained(_ refusal: TrytonRefusal, _ method: String) async throws(DeliveryStop) -> TrytonRefusal {
    do throws(ERPFailure) {
      return try await MissingRights(calls: calls).explained(refusal, method)
    } catch {
      throw .failure(error)
    }
  }

  private static func unanswered(_ refusal: TrytonRefusal, _ name: String) -> TrytonRefusal {
    TrytonRefusal(
      refusal.kind,
      // What the ERP says may be long, and its end is cut.
      "the ERP asks (warning \"\(name)\"; accept_warnings of the configuration confirms such): \(refusal.text)")
  }

  private func call(
    _ method: String, _ parameters: [TrytonValue], _ context: [String: TrytonValue]
  ) async throws(DeliveryStop) -> TrytonAnswer {
    do throws(ERPFailure) {
      return try await calls.call(method, parameters, context: context)
    } catch {
      throw .failure(error)
    }
  }
}

/// How rows become objects of this Tryton.
struct TrytonDeliveryOptions: Hashable, Sendable {
  /// Names of operations in Tryton and what the line calls them.
  var operations: [String: String] = [:]
  /// Name or code of the location of goods that are held; nil: a hold is a note only.
  var quarantineLocation: String?
  /// Patterns of names or texts of warnings that are confirmed; `*` stands for any characters.
  var acceptedWarnings: [String] = []
  /// What records of the line are sealed with; nil: seals of records that are read back are not verified, their digests are.
  var recordKey: VerifyingKey?

  func accepts(warning name: String, text: String) -> Bool {
    acceptedWarnings.contains { Self.fits($0, name) || Self.fits($0, text) }
  }

  /// What the line calls an operation of Tryton, as the work that came in was named.
  func operation(_ name: String) -> String { operations[name] ?? name.lowercased() }

  static func fits(_ pattern: String, _ text: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return pattern == text }
    guard text.hasPrefix(parts[0]) else { return false }
    var rest = text.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return parts[parts.count - 1].isEmpty || rest.hasSuffix(parts[parts.count - 1])
  }
}

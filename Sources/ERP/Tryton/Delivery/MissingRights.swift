import Shopfloor

/// Which right our user lacks where Tryton refused an act: Tryton names its model in the words of people, and never the group.
struct MissingRights: Sendable {
  /// Tryton's name of the right and of what is done with it.
  enum Right: String, Sendable {
    case read, write, create, delete
  }

  let calls: any TrytonCalls
  private static let accesses = "ir.model.access"
  /// More groups are not named.
  private static let maximumGroups = 5

  /// The refusal with the model, the right and the groups that have it; as it was where our user has the right.
  ///
  /// - Parameter method: what was refused: "quality.inspection.create". A button needs the right to write.
  func explained(_ refusal: TrytonRefusal, _ method: String) async throws(ERPFailure) -> TrytonRefusal {
    switch refusal.kind {
    case .userError, .access: break
    case .warning, .concurrency, .serverError, .other: return refusal
    }
    guard let end = method.lastIndex(of: ".") else { return refusal }
    let model = String(method[..<end])
    let right = Right(rawValue: String(method[method.index(after: end)...])) ?? .write
    guard
      case .value(.object(let byModel)) = try await calls.call(
        "\(Self.accesses).get_access", [.list([.text(model)])], context: [:]),
      case .object(let rights)? = byModel[model], Self.isMissing(rights[right.rawValue])
    else { return refusal }
    let groups = try await groups(model, right)
    let which =
      groups.isEmpty
      ? "a group that may" : "one of the groups that may: " + groups.map { "\"\($0)\"" }.joined(separator: ", ")
    return TrytonRefusal(
      refusal.kind,
      "\(refusal.text) — our user of the ERP may not \(right.rawValue) \(model) there; add it to \(which), then release the "
        + "delivery")
  }

  private static func isMissing(_ value: TrytonValue?) -> Bool {
    switch value {
    case .flag(false)?, .integer(0)?: true
    default: false
    }
  }

  /// Nothing where Tryton does not show them to our user.
  private func groups(_ model: String, _ right: Right) async throws(ERPFailure) -> [String] {
    let answer = try await calls.call(
      "\(Self.accesses).search_read",
      [
        .list([
          .clause("model", "=", .text(model)), .clause("perm_\(right.rawValue)", "=", .flag(true)),
          .clause("group", "!=", .null),
        ]), .integer(0), .integer(Int64(Self.maximumGroups)), .null, .texts(["group.name"]),
      ], context: [:])
    guard case .value(.list(let rows)) = answer else { return [] }
    return rows.compactMap { TrytonRecord($0)?["group"].text("name") }
  }
}

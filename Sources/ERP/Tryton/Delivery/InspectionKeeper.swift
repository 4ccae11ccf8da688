/// One inspection that must be there: our key in its reference.
struct WantedInspection: Hashable, Sendable {
  var key: String
  /// "production,7"
  var origin: String
  var control: Int64
  var company: Int64
  var points: [String: TrytonValue]

  var record: [String: TrytonValue] {
    [
      "reference": .text(key), "origin": .text(origin), "control": .integer(control), "company": .integer(company),
      "points": .object(points),
    ]
  }
}

/// Brings inspections to be there once each and processed. What they come to is Tryton's to say.
struct InspectionKeeper: Sendable {
  static let model = "quality.inspection"
  let desk: TrytonDesk

  /// - Returns: outcome by key.
  func ensure(_ wanted: [WantedInspection]) async throws(DeliveryStop) -> [String: EnsureConversation.Outcome] {
    guard !wanted.isEmpty else { return [:] }
    let byKey = Dictionary(wanted.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let outcomes = try await desk.ensure(
      Self.model,
      wanted.map { .init(key: $0.key, content: ["origin": $0.origin, "control": String($0.control)]) },
      lookUp: { keys throws(DeliveryStop) in
        try await desk.rows(
          Self.model, [.clause("reference", "in", .texts(keys))],
          ["reference", "origin", "control", "state", "create_uid"]
        ).map { row in
          EnsureConversation.Found(
            key: row.text("reference") ?? "", id: row.id,
            content: ["origin": row.text("origin") ?? "", "control": row.integer("control").map(String.init) ?? ""],
            creator: row.integer("create_uid"), isUntouched: row.text("state") == "pending")
        }
      },
      values: { key in byKey[key]?.record ?? [:] })
    let ids = outcomes.values.compactMap { if case .there(let id, _) = $0 { id } else { nil } }.sorted()
    _ = try await desk.advance(
      Self.model, ids, press: "process", from: ["pending"], to: ["passed", "failed"])
    return outcomes
  }

  /// Has Tryton decide what is pending. A point that nobody filled in is one without a value, which does not pass.
  func process(_ ids: [Int64]) async throws(DeliveryStop) -> [Int64: AdvanceConversation.Outcome] {
    guard !ids.isEmpty else { return [:] }
    let pending = try await desk.read(Self.model, ids, ["state", "points", "control", "_timestamp"])
      .filter { $0.text("state") == "pending" }
    try await fillIn(pending)
    return try await desk.advance(
      Self.model, ids, press: "process", from: ["pending"], to: ["passed", "failed"])
  }

  private func fillIn(_ inspections: [TrytonRecord]) async throws(DeliveryStop) {
    guard !inspections.isEmpty else { return }
    let points = try await desk.rows(
      "quality.control.point", [.clause("control", "in", .integers(inspections.compactMap { $0.integer("control") }))],
      ["name", "control"])
    for one in inspections {
      var values: [String: TrytonValue] = [:]
      if case .object(let there)? = one.members["points"] { values = there }
      let missing = points.filter { $0.integer("control") == one.integer("control") }.compactMap { $0.text("name") }
        .filter { values[$0] == nil }
      guard !missing.isEmpty else { continue }
      for name in missing { values[name] = .null }
      // Where somebody writes it at this moment, what is pressed next is refused, and the row comes again.
      _ = try await desk.write(
        Self.model, [.init(ids: [one.id], values: ["points": .object(values)])],
        timestamps: one.text("_timestamp").map { ["\(Self.model),\(one.id)": .text($0)] } ?? [:])
    }
  }

  /// A person has blocked what passed. Tryton lets goods with a failed inspection be put away once its alerts are resolved
  /// or deferred, and opens no second one: the last alert of each is opened again where no other one is open.
  func fail(_ ids: [Int64]) async throws(DeliveryStop) -> [Int64: AdvanceConversation.Outcome] {
    guard !ids.isEmpty else { return [:] }
    var outcomes = try await desk.advance(Self.model, ids, press: "fail", from: ["passed"], to: ["failed"])
    let alerts = try await alerts(of: ids)
    var closed: [Int64: (alert: Int64, state: String)] = [:]
    for (inspection, ofOne) in alerts where !ofOne.contains(where: { Self.standing.contains($0.state) }) {
      if let last = ofOne.max(by: { $0.id < $1.id }) { closed[inspection] = (last.id, last.state) }
    }
    let opened = try await desk.advance(
      Self.alertModel, closed.values.filter { $0.state == "resolved" }.map(\.alert).sorted(), press: "open",
      from: ["resolved"], to: Self.standing)
    let processed = try await desk.advance(
      Self.alertModel, closed.values.filter { $0.state == "deferred" }.map(\.alert).sorted(), press: "process",
      from: ["deferred"], to: Self.standing)
    for (inspection, one) in closed {
      guard case .blocked(let reason)? = opened[one.alert] ?? processed[one.alert] else { continue }
      outcomes[inspection] = .blocked("its alert \(one.alert): \(reason)")
    }
    return outcomes
  }

  struct Alert: Hashable, Sendable {
    var id: Int64
    var state: String
  }

  static let alertModel = "quality.alert"
  /// With an alert in one of these states Tryton refuses to go on with what failed.
  static let standing: Set<String> = ["open", "processing"]

  /// By the number of the inspection.
  func alerts(of ids: [Int64]) async throws(DeliveryStop) -> [Int64: [Alert]] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await desk.rows(
      Self.alertModel, [.clause("origin", "in", .texts(ids.map { "\(Self.model),\($0)" }))], ["state", "origin"])
    var alerts: [Int64: [Alert]] = [:]
    for row in rows {
      guard let inspection = row.reference("origin", to: Self.model) else { continue }
      alerts[inspection, default: []].append(Alert(id: row.id, state: row.text("state") ?? ""))
    }
    return alerts
  }

  /// A person has released what the points alone do not pass: passed by decision, and the alerts that the failure opened
  /// are resolved.
  func pass(_ ids: [Int64]) async throws(DeliveryStop) -> [Int64: AdvanceConversation.Outcome] {
    guard !ids.isEmpty else { return [:] }
    let outcomes = try await desk.advance(Self.model, ids, press: "pass_", from: ["failed"], to: ["passed"])
    let alerts = try await alerts(of: ids).values.joined().filter { $0.state != "resolved" }.map(\.id).sorted()
    _ = try await desk.advance(
      Self.alertModel, alerts, press: "process", from: ["open", "deferred"], to: ["processing", "resolved"])
    _ = try await desk.advance(Self.alertModel, alerts, press: "resolve", from: ["processing"], to: ["resolved"])
    return outcomes
  }
}

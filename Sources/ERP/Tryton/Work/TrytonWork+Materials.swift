import Shopfloor

/// The places of the warehouses whose stock counts.
struct TrytonPlaces: Hashable, Sendable {
  var warehouses: [Int64]
  var storages: [Int64]
  /// Empty where the configuration names none or Tryton does not know it.
  var quarantines: [Int64]
}

extension TrytonWork {
  func materials(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) {
    let places = try await knownPlaces(&gathering)
    let ids = try await changedLots(places, &gathering)
    for start in stride(from: 0, to: ids.count, by: TrytonQuestions.pageRows) {
      try await materials(Array(ids[start..<min(start + TrytonQuestions.pageRows, ids.count)]), places, &gathering)
    }
  }

  // MARK: Which

  private func changedLots(
    _ places: TrytonPlaces, _ gathering: inout Gathering
  ) async throws(TrytonQuestions.Trouble) -> [Int64] {
    var ids: Set<Int64> = []
    let dates = ["write_date", "create_date"]
    if gathering.isFull || gathering.since(.lots) == nil {
      let rows = try await questions.all(
        "stock.lot", TrytonDomain.all([TrytonDomain.clause("quantity", ">", .integer(0))]), dates,
        maximum: maximumMaterialLotsPerDocument, context: Self.at(places.warehouses))
      note(.lots, rows, &gathering)
      ids.formUnion(rows.map(\.id))
    }
    if let since = gathering.since(.lots) {
      let rows = try await questions.all(
        "stock.lot", TrytonDomain.any(TrytonDomain.changed([""], since: since)), dates,
        maximum: maximumMaterialLotsPerDocument)
      note(.lots, rows, &gathering)
      ids.formUnion(rows.map(\.id))
    }
    let moved = TrytonDomain.all([
      TrytonDomain.clause("lot", "!=", .null), TrytonDomain.clause("state", "=", .text("done")),
    ])
    // Without a mark the stock itself was read; the last movement is the mark to begin with.
    let since = gathering.since(.moves) ?? gathering.cursor.since(.lots)
    guard let since else { return ids.sorted() }
    let rows = try await questions.all(
      "stock.move", TrytonDomain.all([moved, TrytonDomain.any(TrytonDomain.changed([""], since: since))]),
      dates + ["lot"], maximum: maximumMaterialLotsPerDocument)
    note(.moves, rows, &gathering)
    ids.formUnion(rows.compactMap { $0.integer("lot") })
    return ids.sorted()
  }

  private static func at(_ places: [Int64]) -> [String: TrytonValue] {
    ["locations": .list(places.map { .integer($0) }), "with_childs": .flag(true)]
  }

  private func knownPlaces(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) -> TrytonPlaces {
    if let places { return places }
    let rows = try await questions.all(
      "stock.location", TrytonDomain.all([TrytonDomain.clause("type", "=", .text("warehouse"))]), ["storage_location"],
      maximum: 1_000)
    var quarantines: [Int64] = []
    if let name = settings.quarantineLocation {
      quarantines = try await questions.all(
        "stock.location",
        TrytonDomain.any([
          TrytonDomain.clause("name", "=", .text(name)), TrytonDomain.clause("code", "=", .text(name)),
        ]), ["name"], maximum: 1_000
      ).map(\.id)
      if quarantines.isEmpty {
        gathering.refusals.append(
          WorkRefusal(
            subject: "location \"\(displayable(name, maximumCharacters: 60))\"", field: "quarantine_location",
            why: "Tryton has no location of this name or code; nothing is taken as blocked"))
      }
    }
    let found = TrytonPlaces(
      warehouses: rows.map(\.id), storages: rows.compactMap { $0.integer("storage_location") },
      quarantines: quarantines)
    places = found
    return found
  }

  // MARK: What

  private func materials(
    _ ids: [Int64], _ places: TrytonPlaces, _ gathering: inout Gathering
  ) async throws(TrytonQuestions.Trouble) {
    let domain = TrytonDomain.all([TrytonDomain.isOneOf("id", ids)])
    let lots = try await questions.all(
      "stock.lot", domain, TrytonStock.fields, maximum: TrytonQuestions.pageRows, context: Self.at(places.warehouses))
    var amounts: [Int64: TrytonStock.Amounts] = [:]
    for lot in lots { amounts[lot.id, default: .init()].inWarehouse = lot.number("quantity") ?? 0 }
    for (id, quantity) in try await stock(domain, places.storages) {
      amounts[id, default: .init()].inStorage = quantity
    }
    for (id, quantity) in try await stock(domain, places.quarantines) {
      amounts[id, default: .init()].inQuarantine = quantity
      amounts[id, default: .init()].inStorage -= quantity
    }
    let consumed = try await consumption(ids)
    for (id, quantity) in consumed.byUs { amounts[id, default: .init()].consumedByUs = quantity }
    let inputs = try await producedInputs(lots)
    let repeated = try await repeated(lots, in: "stock.lot", by: "number", except: []).later
    for lot in lots {
      let product = lot.one("product")
      // What is made here and goes into nothing is no material.
      if product?.one("template")?.flag("producible") ?? false, !inputs.contains(product?.id ?? 0) { continue }
      let amount = amounts[lot.id] ?? .init()
      // A lot that nothing has come of yet, or that went elsewhere before we heard of it.
      guard amount.inAll > 0 || consumed.moved.contains(lot.id) else { continue }
      take(
        "material lot", lot.text("number"), lot, &gathering,
        { row throws(FieldFault) in
          try TrytonStock.material(row, amount, repeated: repeated)
        }, into: \.materials)
    }
  }

  private func stock(
    _ domain: TrytonValue, _ places: [Int64]
  ) async throws(TrytonQuestions.Trouble) -> [(id: Int64, quantity: Double)] {
    guard !places.isEmpty else { return [] }
    return try await questions.all(
      "stock.lot", domain, ["quantity"], maximum: TrytonQuestions.pageRows, context: Self.at(places)
    ).map { ($0.id, $0.number("quantity") ?? 0) }
  }

  /// What was booked into productions, and how much of it into those that carry a note of ours.
  private func consumption(
    _ lots: [Int64]
  ) async throws(TrytonQuestions.Trouble) -> (byUs: [Int64: Double], moved: Set<Int64>) {
    let moves = try await questions.all(
      "stock.move",
      TrytonDomain.all([
        TrytonDomain.isOneOf("lot", lots), TrytonDomain.clause("state", "=", .text("done")),
      ]), ["lot", "internal_quantity", "production_input"], maximum: maximumMaterialLotsPerDocument)
    let productions = Set(moves.compactMap { $0.integer("production_input") })
    let ours = try await ourProductions(productions.sorted())
    var byUs: [Int64: Double] = [:]
    for move in moves {
      guard let lot = move.integer("lot"), let production = move.integer("production_input"), ours.contains(production)
      else { continue }
      byUs[lot, default: 0] += move.number("internal_quantity") ?? 0
    }
    return (byUs, Set(moves.compactMap { $0.integer("lot") }))
  }

  private func ourProductions(_ ids: [Int64]) async throws(TrytonQuestions.Trouble) -> Set<Int64> {
    var ours: Set<Int64> = []
    for start in stride(from: 0, to: ids.count, by: TrytonQuestions.pageRows) {
      let part = ids[start..<min(start + TrytonQuestions.pageRows, ids.count)]
      let notes = try await questions.all(
        "ir.note",
        TrytonDomain.all([
          TrytonDomain.isOneOf("resource", part.map { "production,\($0)" }),
          TrytonDomain.clause("message", "like", .text("%lotwire:%")),
        ]), ["resource"], maximum: maximumMaterialLotsPerDocument)
      for note in notes {
        if let id = note.text("resource").flatMap({ Int64($0.dropFirst("production,".count)) }) { ours.insert(id) }
      }
    }
    return ours
  }

  /// Products that are made here and go into other products.
  private func producedInputs(_ lots: [TrytonRow]) async throws(TrytonQuestions.Trouble) -> Set<Int64> {
    let produced = Set(
      lots.compactMap { $0.one("product") }.filter { $0.one("template")?.flag("producible") ?? false }.map(\.id))
    guard !produced.isEmpty else { return [] }
    let inputs = try await questions.all(
      "production.bom.input", TrytonDomain.all([TrytonDomain.isOneOf("product", produced.sorted())]), ["product"],
      maximum: maximumMaterialLotsPerDocument)
    return Set(inputs.compactMap { $0.integer("product") })
  }
}

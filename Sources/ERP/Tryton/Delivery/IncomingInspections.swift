import Ledger
import Shopfloor

/// Inspections of goods that are received and not put away: a release passes them, a block fails them. What somebody
/// inspected in Tryton stands for a release; for a block nothing may stand that lets the goods be put away.
struct IncomingInspections: Sendable {
  typealias Board = DeliveryBoard<DispositionFlow.Job>

  struct Goods: Sendable {
    var product: Int64
    /// Supplier shipments of ours with the lot.
    var shipments: [Int64]
    /// Released; else blocked.
    var isGood: Bool
  }

  private struct Known: Sendable {
    var id: Int64
    var number: String
    var origin: String
    var control: Int64?
    var reference: String
    var state: String

    var isOurs: Bool { reference.hasPrefix("lotwire:") }
  }

  let desk: TrytonDesk

  func judge(_ board: inout Board, _ goods: [Int: Goods]) async throws(DeliveryStop) {
    guard !goods.isEmpty else { return }
    let controls = try await QualityControls("\(ReceiptFlow.model):do", desk)
    guard !controls.controls.isEmpty else { return }
    let known = try await known(goods.values.flatMap(\.shipments))
    let (ours, keys) = try await ensureOurs(&board, goods, controls, known)
    var toJudge: [Bool: [Int64: Int]] = [true: [:], false: [:]]
    for (place, ids) in ours {
      guard board.open.contains(place), let isGood = goods[place]?.isGood else { continue }
      for id in ids { toJudge[isGood]?[id] = place }
    }
    let failed = known.filter { !$0.isOurs && $0.state == "failed" }.map(\.id)
    let alerts = try await InspectionKeeper(desk: desk).alerts(of: failed)
    for place in board.open {
      guard let fact = goods[place] else { continue }
      // Of those that were ensured, copies may have been withdrawn since they were read.
      for one in known
      where !keys.contains(one.reference) && fact.shipments.contains(where: { Self.origin($0) == one.origin }) {
        guard fact.isGood, !one.isOurs else {
          toJudge[fact.isGood]?[one.id] = place
          continue
        }
        if let reason = Self.personsTurn(one, alerts[one.id] ?? []) {
          let lot = board.jobs[place].movement.materialLot
          board.stop(place, .blocked("the inspection \(one.number) of \(lot) \(reason), then release the delivery"))
        }
      }
    }
    try await decide(&board, toJudge[true] ?? [:], isGood: true)
    try await decide(&board, toJudge[false] ?? [:], isGood: false)
  }

  /// What a person has to do with an inspection that a person made, before Tryton lets the goods be put away; nil: nothing.
  private static func personsTurn(_ one: Known, _ alerts: [InspectionKeeper.Alert]) -> String? {
    switch one.state {
    case "pending": return "was made in the ERP and is still pending there; finish it there"
    case "failed":
      // Whoever resolved or deferred the alert has decided.
      guard alerts.isEmpty || alerts.contains(where: { InspectionKeeper.standing.contains($0.state) }) else {
        return nil
      }
      return "was made in the ERP and failed there; pass it there, or resolve its alert"
    default: return nil
    }
  }

  private static func origin(_ shipment: Int64) -> String { "\(ReceiptFlow.model),\(shipment)" }

  private func known(_ shipments: [Int64]) async throws(DeliveryStop) -> [Known] {
    try await desk.rows(
      InspectionKeeper.model, [.clause("origin", "in", .texts(shipments.map(Self.origin)))],
      ["number", "origin", "control", "reference", "state"]
    ).map { row in
      Known(
        id: row.id, number: row.text("number") ?? String(row.id), origin: row.text("origin") ?? "",
        control: row.integer("control"), reference: row.text("reference") ?? "", state: row.text("state") ?? "")
    }
  }

  /// Those that Tryton demands and nobody made: one of ours each.
  ///
  /// - Returns: their numbers by the place of the row, and the keys that were ensured.
  private func ensureOurs(
    _ board: inout Board, _ goods: [Int: Goods], _ controls: QualityControls, _ known: [Known]
  ) async throws(DeliveryStop) -> (numbers: [Int: [Int64]], keys: Set<String>) {
    let products = try await desk.read(
      "product.product", Set(goods.values.map(\.product)).sorted(), ["categories_all"])
    let companies = try await desk.read(ReceiptFlow.model, goods.values.flatMap(\.shipments), ["company"])
    var wanted: [(place: Int, inspection: WantedInspection)] = []
    for (place, fact) in goods.sorted(by: { $0.key < $1.key }) {
      let categories = Set(products.first { $0.id == fact.product }?.integers("categories_all") ?? [])
      for shipment in fact.shipments {
        for control in controls.matching(products: [fact.product], categories: categories) {
          let key = "\(board.jobs[place].row.idempotencyKey):\(shipment):\(control.id)"
          let origin = Self.origin(shipment)
          let isThere = known.contains { $0.origin == origin && $0.control == control.id && $0.reference != key }
          guard !isThere else { continue }
          wanted.append(
            (
              place,
              WantedInspection(
                key: key, origin: origin, control: control.id,
                company: companies.first { $0.id == shipment }?.integer("company") ?? 0,
                points: Dictionary(
                  control.points.map { ($0.name, $0.kind == "boolean" ? .flag(fact.isGood) : .null) },
                  uniquingKeysWith: { first, _ in first }))
            ))
        }
      }
    }
    let outcomes = try await InspectionKeeper(desk: desk).ensure(wanted.map(\.inspection))
    var found: [Int: [Int64]] = [:]
    for (place, inspection) in wanted {
      let key = inspection.key
      if let id = board.take(outcomes[key], of: place, "the inspection \(key)") { found[place, default: []].append(id) }
    }
    return (found, Set(wanted.map(\.inspection.key)))
  }

  /// - Parameter inspections: the place of the row by the number of the inspection.
  private func decide(
    _ board: inout Board, _ inspections: [Int64: Int], isGood: Bool
  ) async throws(DeliveryStop) {
    let open = Set(board.open)
    let ids = inspections.filter { open.contains($0.value) }.keys.sorted()
    let keeper = InspectionKeeper(desk: desk)
    let processed = try await keeper.process(ids)
    let decided = try await isGood ? keeper.pass(ids) : keeper.fail(ids)
    for id in ids {
      guard let place = inspections[id] else { continue }
      board.take(processed[id], of: place, "the inspection \(id)")
      board.take(decided[id], of: place, "the inspection \(id)")
    }
  }
}

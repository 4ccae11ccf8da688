import BatchRecord
import Ledger
import Shopfloor

/// Completed lots: the attachment on production and lot by its SHA-256, number and expiry of the lot, what was booked of it,
/// the state of the production and the inspections.
struct RecordComparison: Sendable {
  private struct Compared: Sendable {
    var row: OutboxRow
    var extract: LotExtract
    var name: String { RecordFile.name(of: extract.lot, sha256: row.payloadSHA256) }
  }

  /// What Tryton shows of all compared records.
  private struct Shown: Sendable {
    var attachments: [TrytonRecord]
    var digests: [Int64: String]
    var productions: [String: [TrytonDesk.Production]]
    var lots: [Int64: TrytonRecord]
    var outputs: [Int64: [MoveLines.Line]]
    var inspections: [TrytonRecord]
    var controls: [QualityControls.Control]
    var products: [String: [TrytonProduct]]

    /// As the receipt in our outbox says; where there is none, from the record and the product's life. What the ERP's
    /// description says can be edited there.
    func expiry(of one: Compared) -> String? {
      if let answer = one.row.lastAnswer, let day = RecordFile.expiry(inReceipt: answer) { return day }
      guard let product = products[one.extract.product.text]?.first else { return nil }
      return OutputLot.expiryDay(one.extract, product)?.description
    }

    /// A later revision of ours stands beside it: what the ERP shows of the lot is the later one's.
    func isReplaced(_ one: Compared) -> Bool {
      let files = attachments.map { ($0, RecordFile.parts(of: $0)) }
      // What others attached under such a name replaces nothing.
      let ours = Set(files.filter { $0.0.text("name") == one.name }.compactMap { $0.0.integer("create_uid") })
      return files.contains { file, parts in
        guard let parts, let creator = file.integer("create_uid"), ours.contains(creator) else { return false }
        return parts.lot == one.extract.lot.text && parts.revision > one.extract.revision
      }
    }

    /// Whether every lot of the order has a record at the production; a single lot has the one that is compared.
    func hasAllRecords(of extract: LotExtract, _ production: TrytonDesk.Production) -> Bool {
      let there = Set(
        attachments.filter { $0.text("resource") == production.resource }.compactMap { RecordFile.parts(of: $0)?.lot })
      return extract.lots.allSatisfy { $0 == extract.lot || there.contains($0.text) }
    }

    /// The lot that carries the attachment, whatever its number is by now.
    func lot(of one: Compared) -> (attachment: TrytonRecord, id: Int64)? {
      for attachment in attachments where attachment.text("name") == one.name {
        if let id = attachment.reference("resource", to: "stock.lot") { return (attachment, id) }
      }
      return nil
    }
  }

  let desk: TrytonDesk

  func compare(_ rows: [(OutboxRow, LotExtract)]) async throws(DeliveryStop) -> [DeliveryDrift] {
    let compared = rows.map { Compared(row: $0, extract: $1) }
    guard !compared.isEmpty else { return [] }
    let shown = try await show(compared)
    return compared.flatMap { one in
      let ofFile = Self.attachmentDrifts(one, shown)
      guard !shown.isReplaced(one) else { return ofFile }
      return ofFile + Self.lotDrifts(one, shown) + Self.productionDrifts(one, shown)
        + Self.inspectionDrifts(one, shown)
    }
  }

  private func show(_ compared: [Compared]) async throws(DeliveryStop) -> Shown {
    let productions = try await desk.productions(Set(compared.map(\.extract.workOrder.text)))
    let ofProductions = TrytonValue.list([
      .clause("resource", "in", .texts(productions.values.joined().map(\.resource).sorted())),
      .clause("name", "like", .text("\(RecordFile.prefix)%")),
    ])
    let attachments = try await desk.rows(
      AttachmentKeeper.model,
      [.any([.clause("name", "in", .texts(Set(compared.map(\.name)).sorted())), ofProductions])],
      ["resource", "name", "description", "create_uid"])
    let names = Set(compared.map(\.name))
    let outputs = try await ProductionLines(desk: desk).lines(
      of: productions.values.joined().map(\.id).sorted(), .outputs)
    let named = attachments.compactMap { $0.reference("resource", to: "stock.lot") }
    let lots = try await desk.read("stock.lot", Set(named).sorted(), ["number", "expiration_date"])
    let inspections = try await desk.rows(
      InspectionKeeper.model,
      [
        .clause("origin", "in", .texts(productions.values.joined().map(\.resource).sorted())),
        .clause("reference", "like", .text("lotwire:%")),
      ], ["reference", "control", "state", "points"])
    let run = try await QualityControls("production:run", desk).controls
    let done = try await QualityControls("production:do", desk).controls
    return Shown(
      attachments: attachments,
      digests: try await AttachmentKeeper(desk: desk).digests(
        of: attachments.filter { names.contains($0.text("name") ?? "") }.map(\.id)), productions: productions,
      lots: Dictionary(lots.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }), outputs: outputs,
      inspections: inspections, controls: run + done,
      products: try await desk.products(Set(compared.map(\.extract.product.text))))
  }

  /// Exactly one on the production and one on the lot, each with our bytes.
  private static func attachmentDrifts(_ one: Compared, _ shown: Shown) -> [DeliveryDrift] {
    ["production", "stock.lot"].compactMap { model in
      let there = shown.attachments.filter {
        $0.text("name") == one.name && $0.reference("resource", to: model) != nil
      }
      let field = "attachment sha256 (\(model == "production" ? "production" : "lot"))"
      guard there.count < 2 else { return one.row.drift(field, one.row.payloadSHA256, "\(there.count) attachments") }
      let found = there.first.flatMap { shown.digests[$0.id] } ?? TrytonComparison.missing
      return found == one.row.payloadSHA256 ? nil : one.row.drift(field, one.row.payloadSHA256, found)
    }
  }

  private static func lotDrifts(_ one: Compared, _ shown: Shown) -> [DeliveryDrift] {
    guard let id = shown.lot(of: one)?.id else { return [] }
    let lot = shown.lots[id]
    var drifts: [DeliveryDrift] = []
    let number = lot?.text("number") ?? TrytonComparison.missing
    if number != one.extract.lot.text { drifts.append(one.row.drift("lot number", one.extract.lot.text, number)) }
    if let expiry = shown.expiry(of: one) {
      let found = lot?.day("expiration_date") ?? TrytonComparison.missing
      if found != expiry { drifts.append(one.row.drift("expiry", expiry, found)) }
    }
    return drifts
  }

  /// Of an order with several lots nothing is booked before the last of them has its record there; a cancelled one is never
  /// what was delivered.
  private static func productionDrifts(_ one: Compared, _ shown: Shown) -> [DeliveryDrift] {
    guard let production = shown.productions[one.extract.workOrder.text]?.first else {
      return [one.row.drift("work order", one.extract.workOrder.text, TrytonComparison.missing)]
    }
    guard production.state == "done" else {
      let isOwed = production.state == "cancelled" || shown.hasAllRecords(of: one.extract, production)
      return isOwed ? [one.row.drift("state", "done", production.state)] : []
    }
    var drifts: [DeliveryDrift] = []
    let ordered = production.row.quantity("quantity")
    if let ordered, ordered != one.extract.orderedQuantity {
      drifts.append(one.row.drift("order quantity", one.extract.orderedQuantity.description, ordered.description))
    }
    guard let good = one.extract.good, let lot = shown.lot(of: one)?.id else { return drifts }
    let other = (shown.outputs[production.id] ?? []).first {
      $0.lot == lot && $0.unit != production.row.integer("unit")
    }
    if let other {
      return drifts + [one.row.drift("unit", production.row["unit"].text("symbol") ?? one.extract.unit, other.unitName)]
    }
    let booked = (shown.outputs[production.id] ?? []).filter { $0.lot == lot }.map(\.quantity).reduce(.zero, +)
    if booked != good { drifts.append(one.row.drift("quantity", good.description, booked.description)) }
    return drifts
  }

  private static func inspectionDrifts(_ one: Compared, _ shown: Shown) -> [DeliveryDrift] {
    let prefix = "lotwire:\(one.extract.workOrder):\(one.extract.lot):"
    return shown.inspections.filter { ($0.text("reference") ?? "").hasPrefix(prefix) }.flatMap { inspection in
      let control = shown.controls.first { $0.id == inspection.integer("control") }
      let name = control?.name ?? "-"
      var drifts: [DeliveryDrift] = []
      let state = inspection.text("state") ?? TrytonComparison.missing
      if state != "passed" { drifts.append(one.row.drift("inspection \(name)", "passed", state)) }
      let points = inspection.members["points"].flatMap { TrytonRecord($0) }
      for point in control?.points ?? [] {
        guard
          let measured = one.extract.measured.first(where: { $0.name.text == point.title || $0.name.text == point.name }
          ),
          let found = points?.number(point.name)
        else { continue }
        guard !CompletionInspections.says(found, measured) else { continue }
        drifts.append(
          one.row.drift(
            "inspection \(name), \(point.title)", "\(CompletionInspections.decisive(measured, point))", "\(found)"))
      }
      return drifts
    }
  }
}

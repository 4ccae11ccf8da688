import Foundation
import Ledger
import Shopfloor

/// The way of material in words, and for other programs.
struct TraceAnswer {
  var trace: Trace?
  /// The story of the product lot that was asked for.
  var story: TraceText?

  private struct Document: Encodable {
    var trace: Trace?
    var story: [TraceText.Line]?
  }

  /// Sorted keys, one value a line.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Document(trace: trace, story: story?.lines)), as: UTF8.self)
  }

  var text: String {
    var lines: [String] = []
    if let story { lines += [story.text, ""] }
    guard let trace else { return lines.joined(separator: "\n") }
    for delivery in trace.deliveries {
      lines.append(
        "Delivery \(delivery.number)" + (delivery.supplier.map { " of \($0)" } ?? ", not announced by the ERP"))
    }
    for material in trace.materials { lines += words(material, trace) }
    for run in trace.runs {
      lines.append(
        "Run \(run.id) at \(run.station) (\(run.operation)), \(run.startedAt) to \(run.endedAt?.description ?? "now"), "
          + "started by \(person(run.startedBy, trace))")
      lines.append("  lots \(list(run.lots))" + (run.materials.isEmpty ? "" : "; consumed \(list(run.materials))"))
    }
    for lot in trace.lots { lines += words(lot) }
    if trace.isCutOff { lines.append("There is more than is told here: ask by a single lot, or by a shorter time.") }
    return lines.joined(separator: "\n")
  }

  private func words(_ material: Trace.Material, _ trace: Trace) -> [String] {
    var head = "Material lot \(material.number): \(material.item?.text ?? "item not known")"
    if let name = material.itemName { head += " (\(name))" }
    if let lot = material.supplierLot { head += ", supplier lot \(displayable(lot))" }
    if let status = material.status { head += ", \(status.words.english)" }
    if let limit = material.unusableFrom { head += ", not to be used from \(limit)" }
    if let delivery = material.delivery { head += ", delivery \(delivery)" }
    let movements = material.movements.map { "  \($0.at)  #\($0.sequence)  \(words($0, trace))" }
    return [head] + movements + material.conflicts.map { "  \($0.at)  #\($0.sequence)  ! \($0.words.english)" }
  }

  private func words(_ movement: Trace.Movement, _ trace: Trace) -> String {
    var text = (movement.isStart ? "» " : "") + movement.movement
    if let undoes = movement.undoes { text += " of #\(undoes)" }
    if let quantity = movement.quantity { text += " \(quantity)" }
    if let order = movement.order { text += " for \(order)" }
    if let run = movement.run { text += " in \(run)" }
    if let station = movement.station { text += " at \(station)" }
    text += " by \(person(movement.person, trace))"
    if let container = movement.container { text += ", container \(displayable(container))" }
    if let serial = movement.serial { text += ", serial \(displayable(serial))" }
    if let item = movement.substituteFor { text += ", in place of \(item)" }
    if let lot = movement.insteadOf { text += ", although \(lot) expires first" }
    if let reason = movement.reason { text += ": \(displayable(reason))" }
    if let undone = movement.undoneBy { text += " (undone by #\(undone))" }
    return text + owed(movement.erp)
  }

  private func words(_ lot: Trace.Lot) -> [String] {
    var head = "Product lot \(lot.number)"
    if let product = lot.product { head += ": \(lot.productName ?? "") (\(product))" }
    if let order = lot.order { head += ", work order \(order)" }
    head += lot.completedAt.map { ", completed \($0)" } ?? ", not completed"
    if let hold = lot.hold { head += ", ON HOLD: \(displayable(hold))" }
    var lines = [head]
    if !lot.materials.isEmpty { lines.append("  made with \(list(lot.materials))") }
    if let revision = lot.sealedRevision {
      lines.append("  record sealed, revision \(revision)" + owed(lot.erp))
    }
    return lines
  }

  private func owed(_ owed: Trace.Owed?) -> String {
    switch owed?.state {
    case nil: ""
    case .pending?: " [not yet at the ERP]"
    case .delivered?: " [at the ERP]"
    case .setAside?: " [set aside, not at the ERP]"
    case .blocked?, .refused?: " [not taken by the ERP: \(displayable(owed?.answer ?? ""))]"
    }
  }

  private func person(_ id: PersonID, _ trace: Trace) -> String {
    trace.people[id.text].map { "\($0) (\(id))" } ?? id.text
  }

  private func list<Kind>(_ names: [Identifier<Kind>]) -> String { names.map(\.text).joined(separator: ", ") }
}

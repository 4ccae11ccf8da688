import Foundation
import Ledger
import Shopfloor

/// What somebody asks to have traced, as it stood on the command line.
struct TraceQuestion {
  var lot: String?
  var material: String?
  var serial: String?
  var container: String?
  var supplierLot: String?
  var order: String?
  var station: String?
  var from: String?
  var to: String?

  /// - Throws: a `CommandFailure` where not exactly one place to begin is named, or it cannot be one.
  func start() throws -> TraceStart {
    let named = [lot, material, serial, container, supplierLot, order, station].compactMap { $0 }
    guard named.count == 1 else {
      throw CommandFailure(
        "Name one place to begin: a lot, or one of --material, --supplier-lot, --serial, --container, --order, --person, "
          + "--station (with --from and --to).",
        EX_USAGE)
    }
    guard station != nil || (from == nil && to == nil) else {
      throw CommandFailure("--from and --to belong to --station.", EX_USAGE)
    }
    if let lot { return .lot(try lotNumber(lot)) }
    if let material { return .material(try name(material, "a material lot number")) }
    if let serial { return .serial(serial) }
    if let container { return .container(container) }
    if let supplierLot { return .supplierLot(supplierLot) }
    if let order { return .order(try name(order, "a work order number")) }
    let from = try time(from, "--from")
    let to = try time(to, "--to")
    guard from < to else { throw CommandFailure("--from must be before --to.", EX_USAGE) }
    return .station(try name(station ?? "", "a station"), from: from, to: to)
  }

  private func name<Kind>(_ text: String, _ what: String) throws -> Identifier<Kind> {
    do throws(OutsideTextFault) {
      return try Identifier(text)
    } catch {
      throw CommandFailure("\"\(displayable(text))\" cannot be \(what): \(error.words.english).", EX_USAGE)
    }
  }

  private func time(_ text: String?, _ option: String) throws -> Timestamp {
    guard let text else { throw CommandFailure("--station needs --from and --to.", EX_USAGE) }
    guard let time = Timestamp(iso8601: text) else {
      throw CommandFailure(
        "\"\(displayable(text))\" after \(option) is no time. Write it like 2026-11-21T06:00:00Z, with an offset like "
          + "+08:00, or as a date.", EX_USAGE)
    }
    return time
  }

  /// What to say where the ledger knows nothing of the place.
  static func unknown(_ start: TraceStart) -> String {
    switch start {
    case .lot(let lot): "The ledger has no lot \(lot). Lots come with the work orders of the ERP."
    case .material(let material):
      "The ledger has no material lot \(material). The number on a supplier's label is another one: see the internal label."
    case .serial(let serial): "No material with the serial number \"\(displayable(serial))\" was moved."
    case .container(let container): "No container \"\(displayable(container))\" was received or used."
    case .supplierLot(let number): "No material with the supplier's lot \"\(displayable(number))\" was received."
    case .order(let order): "The ledger has no work order \(order), or none of its lots has begun."
    case .station(let station, let from, let to):
      "Nothing was made, received or picked at \(station) from \(from) to \(to)."
    }
  }
}

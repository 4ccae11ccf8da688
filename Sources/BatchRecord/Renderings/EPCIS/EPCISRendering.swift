import Shopfloor

/// A sealed record as an EPCIS 2.0 document in JSON-LD: what came, what was made of it, what was measured and judged.
///
/// Nothing is made up: an event stands there only where the record says that it happened. Where the lot went afterwards
/// is not in the record, so that there is no event of storing or shipping.
struct EPCISRendering {
  /// The JSON-LD context of EPCIS 2.0.
  static let context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
  /// The namespaces of the fields that are no part of EPCIS: ours, and the master data attributes of the CBV.
  static let prefixes = ["lotwire": "urn:lotwire:epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"]

  let source: RecordSource
  let naming: EPCISNaming
  let events: [LedgerEvent]
  var record: RecordView { source.record }

  init(_ source: RecordSource, naming: EPCISNaming) {
    self.source = source
    self.naming = naming
    events = source.record["events"].list.compactMap(LedgerEvent.init)
  }

  func bytes() -> [UInt8] { document.bytes }

  var document: PlainJSON {
    let ledger = record["ledger"]
    return .object(
      ("@context", .array([.string(Self.context), .object(Self.contextMembers)])), ("type", .string("EPCISDocument")),
      ("schemaVersion", .string("2.0")),
      ("creationDate", .text(Self.lastTime(of: events).renderedMilliseconds)),
      ("instanceIdentifier", .string(source.key)), ("lotwire:digestSHA256", .string(source.digest)),
      ("lotwire:keyID", .text(source.seal["keyID"].text)),
      ("lotwire:ledgerThrough", ledger["throughSequence"].integer.map { .number(String($0)) }),
      ("lotwire:ledgerHash", .text(ledger["throughHash"].text)),
      ("epcisBody", .object(("eventList", .array(identified)))))
  }

  private static var contextMembers: [PlainJSON.Member] {
    prefixes.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }
  }

  static func lastTime(of events: [LedgerEvent]) -> Timestamp {
    events.compactMap(\.time).max() ?? Timestamp(microseconds: 0)
  }

  /// The events by time, each with its identifier. What would be the same event twice is one.
  private var identified: [PlainJSON] {
    let hash = EPCISEventHash(prefixes: Self.prefixes)
    let all = received + picked + holds + sensed + [transformed, inspected].compactMap { $0 }
    var seen: Set<String> = []
    return all.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .compactMap { _, event in
        guard let time = event.at.renderedMilliseconds else { return nil }
        let members =
          [
            PlainJSON.Member(name: "type", value: .string(event.type)),
            PlainJSON.Member(name: "eventTime", value: .string(time)),
            // The record has no zone but UTC.
            PlainJSON.Member(name: "eventTimeZoneOffset", value: .string("+00:00")),
          ] + event.members
        let identifier = hash.identifier(of: .object(members))
        guard seen.insert(identifier).inserted else { return nil }
        return .object(
          [members[0], .init(name: "eventID", value: .string(identifier))] + members.dropFirst())
      }
  }

  /// An event before it has its time in text and its identifier.
  struct Draft {
    var type: String
    var at: Timestamp
    var members: [PlainJSON.Member]

    init(_ type: String, at: Timestamp, _ members: (String, PlainJSON?)...) {
      self.type = type
      self.at = at
      self.members = members.compactMap { name, value in value.map { .init(name: name, value: $0) } }
    }
  }

  // MARK: What things are called

  /// The lot that the record is about.
  var product: String {
    naming.lot(
      gtin: ProductIdentifier.gtin(of: source, events: events), lot: source.lot,
      item: record["product"]["item"].text ?? "unknown", number: source.lot)
  }

  /// A material lot: its GTIN and the lot of its maker where both are known.
  func material(number: String, item: String, supplierLot: String?) -> String {
    naming.lot(gtin: ItemNames(events).gtin(of: item), lot: supplierLot, item: item, number: number)
  }

  func place(_ station: String?) -> PlainJSON? {
    station.map {
      .object(("id", .string(naming.location(line: record["line"].text ?? "line", station: $0))))
    }
  }

  /// The production order as a business transaction.
  var productionOrder: PlainJSON? { record["workOrder"]["number"].text.map(productionOrder) }

  func productionOrder(_ number: String) -> PlainJSON {
    .array([
      .object(("bizTransaction", .string(naming.transaction(number))), ("type", .string("prodorder")))
    ])
  }

  /// So much of a lot. Without a unit that is known, an amount would be read as a count: then only the lot is named.
  func quantity(of epcClass: String, _ amount: String?, unit: String?) -> PlainJSON {
    let code = unit.flatMap(EPCISUnits.unit)?.code
    let isKnown = code != nil || unit.map(EPCISUnits.pieces.contains) == true
    return .object(
      ("epcClass", .string(epcClass)), ("quantity", isKnown ? amount.map { .number($0) } : nil),
      ("uom", isKnown && amount != nil ? .text(code) : nil))
  }
}

/// What the item master said of items, as far as the record has it.
struct ItemNames {
  private var items: [String: PlainJSON] = [:]

  init(_ events: [LedgerEvent]) {
    for event in events where event.kind == "itemUpdated" {
      if let code = event.data["code"].text { items[code] = event.data }
    }
  }

  /// Its number where that is a GTIN, else the first GTIN that labels call it by.
  func gtin(of item: String) -> String? {
    let codes = items[item]?["otherCodes"].elements.compactMap(\.text) ?? []
    return ([item] + codes).first(where: ProductIdentifier.isGTIN)
  }

  func unit(of item: String) -> String? { items[item]?["unit"].text }
}

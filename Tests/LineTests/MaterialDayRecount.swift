/// What must have happened at one station, by the journal of its scanner alone: what was scanned, in its order, and
/// whether it was accepted. A plain account that knows what labels and cards mean and no rule of what is allowed.
struct MaterialDayRecount {
  private(set) var movements: [MaterialDayMovement] = []
  private let station: String
  /// The supplier's lot of one of our own numbers, as the internal label shows it.
  private let supplierLots: [String: String]
  private var last: String?
  private var person = ""
  private var quantity: Int?
  private var cards: Set<String> = []
  private var pending: Fields?
  private var order: String?
  private var lot: String?
  /// What was consumed by the run at hand.
  private var known: Set<String> = []
  private var lastKnown: String?
  private var lastStep: Int?
  private var undoWaits = false

  /// What a label says.
  struct Fields: Hashable {
    var lot: String?
    var unit: String?
    var quantity: Int?
    var isPiece = false
  }

  static func movements(
    of journal: [MaterialDayScanner.Entry], at station: String, supplierLots: [String: String]
  ) -> [MaterialDayMovement] {
    var recount = MaterialDayRecount(station: station, supplierLots: supplierLots)
    for entry in journal { recount.take(entry.text, isAccepted: entry.isAccepted) }
    return recount.movements
  }

  private init(station: String, supplierLots: [String: String]) {
    self.station = station
    self.supplierLots = supplierLots
  }

  private mutating func take(_ text: String, isAccepted: Bool) {
    if text.hasPrefix("BADGE-") {
      if isAccepted { badge("P-" + text.dropFirst(6)) }
      return
    }
    guard isAccepted else {
      last = nil
      undoWaits = false
      return
    }
    if text == last { return }
    last = text
    undoWaits = false
    if text.hasPrefix("LOTWIRE:") {
      card(String(text.dropFirst(8)))
    } else if text.hasPrefix("PO-") || text.hasPrefix("WO-") {
      if order == nil { lastStep = nil }
      order = text
    } else if text.hasPrefix("L-") {
      if lot != text {
        known = []
        forgetPrepared()
      }
      lot = text
    } else {
      material(text)
    }
  }

  private mutating func badge(_ who: String) {
    if undoWaits {
      undo()
    } else if who != person, station != "dock" || person.isEmpty {
      person = who
      forgetPrepared()
      last = nil
    }
  }

  private mutating func forgetPrepared() {
    quantity = nil
    cards = []
  }

  private mutating func card(_ card: String) {
    switch card {
    case "BLIND":
      if order == nil { lastStep = nil }
      order = "blind"
    case "END":
      if station != "filler" { lastStep = nil }
      pending = nil
      forgetPrepared()
      order = nil
      lot = nil
    case "CANCEL":
      pending = nil
      forgetPrepared()
    case "LEAVE":
      person = ""
      forgetPrepared()
    case "UNDO": if station == "dock" { undoWaits = true } else { undo() }
    case let text where text.hasPrefix("QUANTITY:"):
      quantity = Int(text.dropFirst(9))
      if station == "dock", let waiting = pending { receive(waiting) }
    default: cards.insert(card)
    }
  }

  private mutating func undo() {
    undoWaits = false
    guard let index = lastStep else { return }
    lastStep = nil
    movements[index].isUndone = true
    // A trace leaves out the run of a consumption that was taken back.
    if station == "filler" { movements[index].destination = nil }
    var undone = movements[index]
    if let name = lastKnown { known.remove(name) }
    undone.kind = .undo
    undone.person = person
    undone.isUndone = false
    movements.append(undone)
  }

  // MARK: Material

  private mutating func material(_ text: String) {
    let fields = Self.fields(text, supplierLots)
    switch station {
    case "dock": receive(fields)
    case "pick": move(cards.contains("UNPICK") ? .unpick : .pick, fields, order)
    default:
      // A lot without a number of its own is another container only where the card says so.
      let name = fields.unit ?? text
      if known.contains(name), !cards.contains("ANOTHER") { return forgetPrepared() }
      move(.consumption, fields, lot)
      known.insert(name)
      lastKnown = name
    }
  }

  private mutating func receive(_ fields: Fields) {
    guard quantity != nil || fields.quantity != nil || fields.isPiece else {
      pending = fields
      quantity = nil
      return
    }
    move(.receipt, fields, nil)
  }

  private mutating func move(_ kind: MaterialDayMovement.Kind, _ fields: Fields, _ destination: String?) {
    lastStep = movements.count
    movements.append(
      MaterialDayMovement(
        kind: kind, supplierLot: fields.lot ?? "?", unit: fields.unit,
        quantity: quantity ?? fields.quantity ?? (fields.isPiece ? 1 : .min), destination: destination,
        person: person))
    pending = nil
    forgetPrepared()
  }

  // MARK: Reading a label

  /// The fields of an element string, read field by field; or of our own label.
  static func fields(_ text: String, _ supplierLots: [String: String]) -> Fields {
    guard text.hasPrefix("]") else { return Fields(lot: supplierLots[text] ?? text) }
    var fields = Fields()
    var rest = Substring(text.dropFirst(3))
    func cut(_ count: Int) -> String {
      defer { rest = rest.dropFirst(count) }
      return String(rest.prefix(count))
    }
    while !rest.isEmpty {
      let identifier = cut(2)
      switch identifier {
      case "00": fields.unit = cut(18)
      case "01", "02": _ = cut(14)
      case "17": _ = cut(6)
      case "31":
        // 3110: whole metres.
        _ = cut(2)
        fields.quantity = Int(cut(6))
      default:
        let value = cut(
          rest.firstIndex(of: "\u{1D}").map { rest.distance(from: rest.startIndex, to: $0) } ?? rest.count)
        if rest.first == "\u{1D}" { _ = cut(1) }
        switch identifier {
        case "10": fields.lot = value
        case "21":
          fields.unit = value
          fields.isPiece = true
        case "30", "37": fields.quantity = Int(value)
        default: break
        }
      }
    }
    return fields
  }
}

import Testing

@testable import Labels

@Suite struct HIBCPropertyTests {
  static func text(_ alphabet: String, _ lengths: ClosedRange<Int>, _ random: inout SeededGenerator) -> String {
    let characters = Array(alphabet)
    return String(
      (0..<Int.random(in: lengths, using: &random)).map { _ in
        characters.randomElement(using: &random) ?? "0"
      })
  }

  static let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

  struct Label {
    var text = ""
    var item: String?
    var lot: String?
    var serial: String?
    var expiry: HIBCBuilder.DateForm?
    var made: String?
    var quantity: Int?
  }

  /// A random label: primary, combined, or secondary with a link character.
  static func label(_ random: inout SeededGenerator) -> Label {
    var label = Label()
    let isSecondary = Int.random(in: 0...2, using: &random) == 0
    if !isSecondary {
      label.item =
        text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1...1, &random) + text(alphanumeric, 3...3, &random)
        + text(alphanumeric, 1...18, &random) + text("0123456789", 1...1, &random)
      label.text = "+" + (label.item ?? "")
      if Int.random(in: 0...4, using: &random) == 0 {
        label.text = HIBCBuilder.checked(label.text)
        return label
      }
    }
    var parts = [secondary(&label, &random)]
    if label.serial == nil, Bool.random(using: &random) {
      label.serial = text(alphanumeric + "-.", 1...18, &random)
      parts.append("S" + (label.serial ?? ""))
    }
    if Bool.random(using: &random) {
      label.made = "201\(Int.random(in: 0...9, using: &random))0228"
      parts.append("16D" + (label.made ?? ""))
    }
    if label.quantity == nil, Bool.random(using: &random) {
      label.quantity = Int.random(in: 0...99_999, using: &random)
      parts.append("Q\(label.quantity ?? 0)")
    }
    label.text = isSecondary ? "+" + parts.joined(separator: "/") : label.text + "/" + parts.joined(separator: "/")
    if isSecondary { label.text += text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%", 1...1, &random) }
    label.text = HIBCBuilder.checked(label.text)
    return label
  }

  private static func secondary(_ label: inout Label, _ random: inout SeededGenerator) -> String {
    let value = text(alphanumeric + "-. ", 1...18, &random)
    let form = Int.random(in: 0...5, using: &random)
    let date = HIBCBuilder.date(&random)
    switch form {
    case 0:
      label.lot = value
      return "$" + value
    case 1:
      label.serial = value
      return "$+" + value
    case 2:
      label.serial = value
      label.expiry = date
      return "$$+" + date.mark + date.digits + value
    case 3:
      label.lot = value
      return "$$7" + value
    case 4:
      label.lot = value
      label.expiry = date
      label.quantity = Int.random(in: 0...99, using: &random)
      return "$$8" + HIBCBuilder.two(label.quantity ?? 0) + date.mark + date.digits + value
    default:
      label.lot = value
      label.expiry = date
      return "$$" + date.mark + date.digits + value
    }
  }

  @Test func whatIsBuiltIsRead() throws {
    var random = SeededGenerator(seed: 0x41BC)
    for _ in 0..<2_000 {
      let label = Self.label(&random)
      let parsed = try HIBCLabel(Array(label.text.utf8)[...], referenceYear: 2026)
      #expect(parsed.item?.text == label.item, "\(label.text)")
      #expect(parsed.lot == label.lot, "\(label.text)")
      #expect(parsed.serial == label.serial, "\(label.text)")
      #expect(parsed.made?.digits == label.made)
      #expect(parsed.quantity?.count == label.quantity)
      #expect(parsed.expiry?.digits == label.expiry?.digits)
      if let expiry = label.expiry {
        #expect(parsed.expiry?.year == expiry.year, "\(label.text)")
        #expect(parsed.expiry?.month == expiry.month)
        #expect(parsed.expiry?.day == expiry.day)
        #expect(parsed.expiry?.minuteOfDay == expiry.hour.map { $0 * 60 })
      }
      #expect((parsed.linkCharacter != nil) == (label.item == nil))
    }
  }

  /// The sum has no weights: exchanged characters are not seen, every other single change is.
  @Test func everyChangedCharacterIsRefused() {
    var random = SeededGenerator(seed: 0xC4A6)
    for _ in 0..<16 {
      let text = Array(Self.label(&random).text)
      for index in text.indices {
        for character in HIBCBuilder.alphabet + ["a", "*", "_", "\u{1D}", "é"] where character != text[index] {
          var changed = text
          changed[index] = character
          let raw = Array(String(changed).utf8)
          #expect(throws: LabelFault.self, "\(String(changed))") { try HIBCLabel(raw[...], referenceYear: 2026) }
        }
      }
    }
  }

  /// Labels with wrong content and a right check character: what is accepted must be written back, part by part, from
  /// the result alone.
  @Test func onlyWhatCanBeWrittenBackIsAccepted() {
    var random = SeededGenerator(seed: 0x57A1)
    var accepted = 0
    var refused = 0
    for _ in 0..<8_000 {
      var text = Array(Self.label(&random).text.dropLast())
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 1..<text.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: text[index] = HIBCBuilder.alphabet.randomElement(using: &random) ?? "0"
        case 1: text.insert(HIBCBuilder.alphabet.randomElement(using: &random) ?? "0", at: index)
        default: if text.count > 3 { text.remove(at: index) }
        }
      }
      let changed = HIBCBuilder.checked(String(text))
      // A refusal is one of the two right answers.
      guard let label = try? HIBCLabel(Array(changed.utf8)[...], referenceYear: 2026) else {
        refused += 1
        continue
      }
      accepted += 1
      #expect(Self.isWrittenBack(label, changed), "\(changed)")
    }
    #expect(accepted > 300)
    #expect(refused > 300)
  }

  // MARK: The judge

  static func isWrittenBack(_ label: HIBCLabel, _ text: String) -> Bool {
    guard HIBCBuilder.checked(String(text.dropLast())) == text else { return false }
    var body = String(text.dropLast().dropFirst())
    if let link = label.linkCharacter {
      guard body.utf8.last == link else { return false }
      body.removeLast()
    }
    var parts = body.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if let item = label.item {
      guard parts.removeFirst() == item.text else { return false }
    }
    guard let first = parts.first else { return label.item != nil }
    let extras = extras(of: label)
    guard firstParts(of: label).union(extras).contains(first) else { return false }
    return parts.dropFirst().allSatisfy(extras.contains)
  }

  private static func extras(of label: HIBCLabel) -> Set<String> {
    var parts: Set<String> = []
    if let serial = label.serial { parts.insert("S" + serial) }
    if let expiry = label.expiry, isDate(expiry.digits, expiry) { parts.insert("14D" + expiry.digits) }
    if let made = label.made, isDate(made.digits, made) { parts.insert("16D" + made.digits) }
    if let quantity = label.quantity {
      for zeros in 0..<5 where zeros + quantity.value.count <= 5 {
        parts.insert("Q" + String(repeating: "0", count: zeros) + quantity.value)
      }
    }
    return parts
  }

  private static func isDate(_ digits: String, _ date: LabelDate) -> Bool {
    digits == "\(date.year < 1000 ? "0" : "")\(date.year)" + HIBCBuilder.two(date.month) + HIBCBuilder.two(date.day)
      || date.year < 1000
  }

  private static func firstParts(of label: HIBCLabel) -> Set<String> {
    var dates: Set<String> = []
    var parts: Set<String> = []
    if let date = label.expiry {
      let yy = HIBCBuilder.two(date.year % 100)
      let mmdd = HIBCBuilder.two(date.month) + HIBCBuilder.two(date.day)
      let hour = date.minuteOfDay.map { HIBCBuilder.two($0 / 60) } ?? ""
      let dayOfYear = (1..<date.month).reduce(date.day) { $0 + HIBCBuilder.lastDay($1, date.year) }
      let julian = yy + String(repeating: "0", count: 3 - String(dayOfYear).count) + String(dayOfYear)
      switch date.precision {
      case .month: dates = [HIBCBuilder.two(date.month) + yy]
      case .hour: dates = ["4" + yy + mmdd + hour, "6" + julian + hour]
      default:
        dates = ["2" + mmdd + yy, "3" + yy + mmdd, "5" + julian]
        parts.insert(julian + (label.lot ?? ""))
      }
    }
    var quantities: Set<String> = []
    if let quantity = label.quantity {
      for (mark, length) in [("8", 2), ("9", 5)] where quantity.value.count <= length {
        quantities.insert(mark + String(repeating: "0", count: length - quantity.value.count) + quantity.value)
      }
    }
    if let serial = label.serial {
      parts.formUnion(["$+" + serial, "$$+7" + serial])
      parts.formUnion(dates.map { "$$+" + $0 + serial })
    }
    if let lot = label.lot { parts.formUnion(["$" + lot, "$$7" + lot]) }
    for quantity in quantities.union([""]) {
      parts.formUnion(dates.map { "$$" + quantity + $0 + (label.lot ?? "") })
      if let lot = label.lot { parts.insert("$$" + quantity + "7" + lot) }
      if !quantity.isEmpty { parts.insert("$$" + quantity) }
    }
    return parts
  }
}

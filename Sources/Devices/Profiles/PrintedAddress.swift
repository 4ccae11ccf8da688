/// An address as a manual prints it. Manuals count from 0 or from 1, and many write the table as the first digit of a
/// number of five or six digits: 40001 and 400001 are holding register 0 on the wire, 30001 input register 0, 10001
/// discrete input 0, 00001 coil 0 (Modicon's notation; Modbus Application Protocol V1.1b3, 4.4 counts from 0).
struct PrintedAddress {
  /// What the numbers of one manual mean, where they are not what the usual convention says.
  enum Numbering: String, Sendable, CaseIterable {
    /// The printed number, or what follows its table digit, is the address on the wire.
    case zeroBased = "zero_based"
    /// The printed number, or what follows its table digit, is the address on the wire plus 1.
    case oneBased = "one_based"
    /// Nothing can be concluded from the printed numbers.
    case none
  }

  /// The number as a whole.
  var number: Int
  var isHexadecimal: Bool
  /// The table that the first digit names, and the number behind it.
  var reference: (table: RegisterTable, number: Int)? {
    guard let digit = tableDigit, let table = Self.tables[digit] else { return nil }
    return (table, behindDigit)
  }
  /// The first word of the text, for messages.
  var text: String

  private var tableDigit: Character?
  private var behindDigit = 0

  private static let tables: [Character: RegisterTable] = ["0": .coil, "1": .discrete, "3": .input, "4": .holding]

  /// Reads the first number of a text such as "40001-40002", "3x0001", "0x1024", "0257H" or "26 / 0x19"; nil where the
  /// text does not begin with one.
  init?(_ printed: String) {
    let word = printed.drop { $0 == " " }.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
    text = String(word)
    if word.hasPrefix("0x") || word.hasPrefix("0X") {
      guard let value = Int(word.dropFirst(2), radix: 16) else { return nil }
      (number, isHexadecimal) = (value, true)
    } else if word.last == "h" || word.last == "H" {
      guard let value = Int(word.dropLast(), radix: 16) else { return nil }
      (number, isHexadecimal) = (value, true)
    } else if let first = word.first, "134".contains(first),
      word.dropFirst().first.map({ $0 == "x" || $0 == "X" }) == true
    {
      guard let value = Int(word.dropFirst(2)) else { return nil }
      (number, isHexadecimal) = (value, false)
      (tableDigit, behindDigit) = (first, value)
    } else {
      guard let first = word.first, word.allSatisfy({ ("0"..."9").contains($0) }), let value = Int(word) else {
        return nil
      }
      (number, isHexadecimal) = (value, false)
      if word.count == 5 || word.count == 6, "0134".contains(first), let behind = Int(word.dropFirst()) {
        (tableDigit, behindDigit) = (first, behind)
      }
    }
  }

  /// The addresses on the wire that the text may mean in a table, the likeliest first.
  func wireAddresses(in table: RegisterTable, _ numbering: Numbering?) -> [Int] {
    let base = numbering == .zeroBased ? 0 : 1
    var found: [Int] = []
    if isHexadecimal {
      // A hexadecimal number is nearly always the one on the wire, except where the manual is said to count from 1.
      found = numbering == nil ? [number, number - 1] : [number - base]
      if text.lowercased().hasPrefix("0x"), table == .coil { found.append(number - 1) }
    } else if let reference {
      if reference.table == table || numbering != nil { found.append(reference.number - base) }
      // 12288 is rather a plain number than discrete input 2287.
      if numbering != nil || (table.holdsRegisters && !reference.table.holdsRegisters) { found.append(number - base) }
      if numbering == nil, table.holdsRegisters, !reference.table.holdsRegisters { found.append(number) }
    } else {
      found = numbering == nil ? [number - 1, number] : [number - base]
    }
    return found.filter { (0...65_535).contains($0) }
  }
}

extension PrintedAddress {
  /// Reports an address that does not stand where `as_printed` says, with what was probably meant.
  static func check(_ entry: DocumentNode, _ address: Int, _ table: RegisterTable, _ numbering: Numbering?) {
    guard numbering != Numbering.none, let node = entry["as_printed"], let written = entry["address"] else { return }
    guard let text = node.text, let printed = PrintedAddress(text) else { return }
    // A short plain number without a statement may be anything.
    guard numbering != nil || printed.isHexadecimal || printed.reference != nil else { return }
    let possible = printed.wireAddresses(in: table, numbering)
    if possible.contains(address) { return }
    if let reference = printed.reference, reference.table != table, numbering == nil {
      let place = "\(article(reference.table)) \(name(reference.table)) (address \(reference.number - 1) on the wire)"
      node.fault(
        "\(printed.text) is by the usual convention \(place), but the table is \(table.rawValue)",
        "Write \"table: \(reference.table.rawValue)\" and \"address: \(reference.number - 1)\"; if the numbers of this "
          + "manual do not name the table, write \"numbering: one_based\" or \"zero_based\" at the top of the profile")
      return
    }
    let likely = possible.first ?? 0
    written.fault(
      "address \(address) is not where as_printed says: " + printed.meaning(likely, table, numbering, address),
      "Write \"address: \(printed.isHexadecimal ? "0x" + String(likely, radix: 16, uppercase: true) : String(likely))\""
        + printed.otherwise(address, numbering))
  }

  /// Reports an address without `as_printed` that looks like a printed number.
  static func checkUnprinted(_ entry: DocumentNode, _ address: Int, _ table: RegisterTable) {
    guard entry["as_printed"] == nil, let node = entry["address"], let text = node.text,
      let printed = PrintedAddress(text), let reference = printed.reference, reference.table == table,
      reference.number >= 1, reference.number < 10_000, !text.hasPrefix("0")
    else { return }
    node.fault(
      "\(address) looks like a printed number: by the usual convention it is \(article(table)) \(name(table)) with the "
        + "address \(reference.number - 1) on the wire",
      "Write \"address: \(reference.number - 1)\" and \"as_printed: \\\"\(address)\\\"\"; if \(address) really is the "
        + "address on the wire, say how the manual prints it: \"as_printed: \\\"0x\(String(address, radix: 16))\\\"\"")
  }

  private func meaning(_ likely: Int, _ table: RegisterTable, _ numbering: Numbering?, _ address: Int) -> String {
    let place = "\(text) is \(Self.name(table)) \(likely) on the wire"
    if let numbering { return place + " with numbering: \(numbering.rawValue)" }
    if isHexadecimal, text.lowercased().filter(\.isHexDigit).contains(String(address)) {
      return "\(text) is \(number) in decimal, and the hexadecimal digits seem to have been read as a decimal number"
    }
    return (isHexadecimal ? "\(text) is \(number) in decimal" : place + " by the usual convention")
      + (address == number ? ", and the printed number itself was written as the address" : "")
  }

  private func otherwise(_ address: Int, _ numbering: Numbering?) -> String {
    guard numbering == nil, let reference else { return ", or correct as_printed" }
    if address == reference.number || address == number {
      return "; if the manual counts from 0, write \"numbering: zero_based\" at the top of the profile"
    }
    return ", or correct as_printed; if nothing follows from the manual's numbers, write \"numbering: none\" at the top"
  }

  static func name(_ table: RegisterTable) -> String {
    switch table {
    case .holding: "holding register"
    case .input: "input register"
    case .coil: "coil"
    case .discrete: "discrete input"
    }
  }

  private static func article(_ table: RegisterTable) -> String { table == .input ? "an" : "a" }
}

extension WordOrder {
  /// Reads the order that values of two and four registers follow unless they say otherwise.
  static func readDefault(_ node: DocumentNode) -> WordOrder? {
    let names = names(registers: 2).map(\.name)
    guard let text = node.string(remedy(registers: 2)) else { return nil }
    guard names.contains(text) else {
      node.fault(
        "\"\(text.prefix(60))\" is no order of four bytes",
        intention(of: text, registers: 2) + "; a value of another size "
          + "says its order itself")
      return nil
    }
    return named(text)
  }

  /// Reads the order of one value; reports an order that does not fit its size, or none where one is needed.
  static func read(_ entry: DocumentNode, _ type: PointType, default order: WordOrder?) -> WordOrder? {
    guard let registers = type.orderedRegisters else {
      entry["word_order"]?.fault(
        "\(type.named) has no bytes to order",
        type.isText
          ? "Leave word_order out; \"characters\" in the layout says which byte comes first"
          : "Leave word_order out")
      return nil
    }
    guard let node = entry["word_order"] else {
      if registers == 1 { return nil }
      if order == nil {
        entry.fault(
          "the word order of this \(16 * registers)-bit value is missing",
          "Write word_order: one of \(names(registers: registers).map(\.name).joined(separator: ", ")), as the manual "
            + "says, here or under defaults")
      }
      return order
    }
    guard let text = node.string(remedy(registers: registers)) else { return nil }
    guard names(registers: registers).contains(where: { $0.name == text }) else {
      node.fault(
        "\"\(text.prefix(60))\" is no order of the \(2 * registers) bytes of \(type.named)",
        intention(of: text, registers: registers))
      return nil
    }
    return named(text)
  }

  private static func remedy(registers: Int) -> String {
    let shown = registers == 4 ? names(registers: 4) : names(registers: registers)
    return "Write one of: \(shown.map(\.name).joined(separator: ", ")); A is the most significant byte"
  }

  /// What somebody who wrote `text` probably meant for a value of `registers` registers.
  private static func intention(of text: String, registers: Int) -> String {
    let upper = text.uppercased()
    if registers == 1 {
      if let order = named(upper) {
        return order.swapsBytes
          ? "The low byte seems to come first: write BA" : "One register has no words to order: leave word_order out"
      }
      return "Leave word_order out, or write BA where the low byte comes first"
    }
    if upper == "AB" {
      return "AB says nothing of the registers: write ABCD (high word first) or CDAB (low word first)"
    }
    if upper == "BA" {
      return "BA says nothing of the registers: write BADC (high word first) or DCBA (low word first)"
    }
    if let order = named(upper) ?? commonWords[text.lowercased()] {
      let fitting = WordOrder(
        swapsBytes: order.swapsBytes, swapsWords: order.swapsWords,
        swapsPairs: registers == 4 ? order.swapsPairs : order.swapsWords)
      return "Probably \(fitting.name(registers: registers)) is meant. " + remedy(registers: registers)
    }
    return remedy(registers: registers)
  }

  /// How manuals call the orders.
  private static let commonWords: [String: WordOrder] = [
    "big": .abcd, "big_endian": .abcd, "big-endian": .abcd, "high_word_first": .abcd, "msw": .abcd, "msw_first": .abcd,
    "little": .dcba, "little_endian": .dcba, "little-endian": .dcba, "low_word_first": .cdab, "lsw": .cdab,
    "lsw_first": .cdab, "word_swap": .cdab, "swapped": .cdab, "mid-little-endian": .cdab, "mid_little_endian": .cdab,
    "byte_swap": .badc, "mid-big-endian": .badc, "mid_big_endian": .badc,
  ]
}

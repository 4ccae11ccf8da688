/// What a product or an item is called in the world outside.
enum ProductIdentifier {
  /// The device identifier of the product: as the order says it, or its number where that is a GTIN.
  static func gtin(of source: RecordSource, events: [LedgerEvent]) -> String? {
    let record = source.record
    let order = record["workOrder"]["number"].text
    let orderEvent = events.last { $0.kind == "workOrderUpdated" && $0.data["number"].text == order }
    let told = [
      record["product"]["deviceIdentifier"].text, record["workOrder"]["deviceIdentifier"].text,
      orderEvent?.data["deviceIdentifier"].text, record["product"]["item"].text,
    ]
    return told.compactMap { $0 }.first(where: isGTIN)
  }

  /// Fourteen digits with the right check digit (GS1 General Specifications, section 7.9: weights 3 and 1 from the left).
  static func isGTIN(_ text: String) -> Bool { text.utf8.count == 14 && hasCheckDigit(text) }

  /// Digits of which the last is the check digit of the others.
  static func hasCheckDigit(_ text: String) -> Bool {
    let digits = text.utf8.map { Int($0) - 0x30 }
    guard digits.count > 1, digits.allSatisfy({ (0...9).contains($0) }) else { return false }
    // From the right: the check digit counts once, the digit before it three times, and so on.
    let sum = digits.reversed().enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) }
    return sum % 10 == 0
  }
}

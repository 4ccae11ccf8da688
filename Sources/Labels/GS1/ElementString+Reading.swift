extension ElementString {
  /// Puts each element where the neutral record has a place for it; the rest goes to `other`, in order.
  func fill(_ reading: inout LabelReading, referenceYear: Int) {
    reading.flags = flags
    for element in elements {
      switch element.identifier {
      case "00": reading.keys.append(LabelKey(.sscc, element.text))
      case "01": reading.keys.append(LabelKey(.gtin, element.text))
      case "02": reading.keys.append(LabelKey(.contentGTIN, element.text))
      case "10": reading.lot = element.text
      case "21": reading.serial = element.text
      case "17": reading.expiry = date(of: element, dayZeroIsMonthEnd: true, referenceYear)
      case "30": reading.quantity = LabelQuantity(digits: element.value)
      default: reading.other.append(LabelElement(identifier: element.identifier, value: element.text))
      }
      if element.row.check == .dateOrMonth, element.value.suffix(2).elementsEqual("00".utf8) {
        reading.note(.dayZero)
      }
    }
    if reading.quantity == nil, let count = element("37") { reading.quantity = LabelQuantity(digits: count.value) }
    if reading.expiry == nil, let expiry = element("7003") {
      reading.expiry = date(of: expiry, dayZeroIsMonthEnd: false, referenceYear)
    }
  }

  private func element(_ identifier: String) -> Element? { elements.first { $0.identifier == identifier } }

  private func date(of element: Element, dayZeroIsMonthEnd: Bool, _ referenceYear: Int) -> LabelDate? {
    CalendarDigits(element.value, dayZeroIsMonthEnd: dayZeroIsMonthEnd)?.date(
      referenceYear: referenceYear, digits: element.text)
  }
}

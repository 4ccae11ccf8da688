extension ElementString {
  /// Puts each element where the neutral record has a place for it; the rest goes to `other`, in order. Nothing is put
  /// where a field is broken: then the boundaries of the others are doubtful too.
  ///
  /// - Parameter bytes: what was parsed.
  func fill(_ reading: inout LabelReading, from bytes: [UInt8], referenceYear: Int, profile: LabelProfile) {
    reading.flags += flags
    guard !isBroken else {
      reading.faults += faults
      return
    }
    var judged = self
    judged.judgeAssociations(profile)
    reading.faults += judged.faults
    reading.keys.reserveCapacity(2)
    let table = AITable.shared
    for element in elements {
      let text = String(decoding: bytes[element.start..<element.end], as: UTF8.self)
      switch table.rows[element.row].field {
      case .key(let kind):
        reading.keys.append(LabelKey(kind, text))
        if kind == .gmn {
          reading.faults.append(
            LabelFault(.basicUDIInCarrier, at: element.rawStart, identifier: "8013", read: text.utf8))
        }
      case .sscc:
        reading.keys.append(LabelKey(.sscc, text))
        reading.container = text
      case .glnExtension:
        if let gln = reading.key(.gln) { reading.keys.append(LabelKey(.sgln, gln + "." + text)) }
        reading.other.append(LabelElement(identifier: "254", value: text))
      case .lot: reading.lot = text
      case .serial: reading.serial = text
      case .expiry: takeExpiry(date(element, bytes, text, &reading, referenceYear), element, text, &reading)
      case .made: reading.made = date(element, bytes, text, &reading, referenceYear)
      case .bestBefore: reading.bestBefore = date(element, bytes, text, &reading, referenceYear)
      case .expiryTime:
        takeExpiry(time(element, bytes, &reading, referenceYear), element, text, &reading)
      case .madeTime:
        // A field of its own wins over it; then it is kept among the others, as are the seconds, for which the date has
        // no place.
        if holds(.made) || text.utf8.count > 10 { keep(element, text, in: &reading) }
        if !holds(.made) { reading.made = time(element, bytes, &reading, referenceYear) }
      case .count: reading.quantity = LabelQuantity(digits: bytes[element.start..<element.end], isCount: true)
      case .containedCount:
        if holds(.count) {
          keep(element, text, in: &reading)
        } else {
          reading.quantity = LabelQuantity(digits: bytes[element.start..<element.end], isCount: true)
        }
      case .measure(let unit):
        if reading.measure == nil {
          reading.measure = LabelQuantity(
            digits: bytes[element.start..<element.end], decimals: table.rows[element.row].decimals, unit: unit)
        } else {
          keep(element, text, in: &reading)
        }
      case .other:
        keep(element, text, in: &reading)
        if table.rows[element.row].parts[0].linters.isDayZeroAllowed, text.hasSuffix("00"), text.utf8.count == 6 {
          reading.note(.dayZero)
        }
      }
    }
    if reading.quantity == nil { reading.quantity = reading.measure }
    if reading.keys.isEmpty, reading.lot != nil || reading.serial != nil || reading.expiry != nil {
      reading.note(.noItem)
    }
  }

  private func keep(_ element: Element, _ text: String, in reading: inout LabelReading) {
    reading.other.append(LabelElement(identifier: AITable.shared.rows[element.row].text, value: text))
  }

  private func holds(_ field: ApplicationIdentifier.Field) -> Bool {
    elements.contains { AITable.shared.rows[$0.row].field == field }
  }

  /// YYMMDD, day 00 for the whole month.
  private func date(
    _ element: Element, _ bytes: [UInt8], _ text: String, _ reading: inout LabelReading, _ referenceYear: Int
  ) -> LabelDate? {
    guard let calendar = CalendarDigits(bytes.span, element.start..<element.end) else { return nil }
    if calendar.day == 0 { reading.note(.dayZero) }
    let date = calendar.date(
      referenceYear: referenceYear, precision: calendar.day == 0 ? .month : .day, digits: text)
    if date.year / 100 != referenceYear / 100 { reading.note(.centuryInferred) }
    return date
  }

  /// YYMMDD with hours, and minutes where they stand (AI 7003 and 8008).
  private func time(
    _ element: Element, _ bytes: [UInt8], _ reading: inout LabelReading, _ referenceYear: Int
  ) -> LabelDate? {
    let count = element.end - element.start
    guard let calendar = CalendarDigits(bytes.span, element.start..<(element.start + 6)) else { return nil }
    let hour = Linter.number(bytes.span, (element.start + 6)..<(element.start + 8))
    let minute = count < 10 ? 0 : Linter.number(bytes.span, (element.start + 8)..<(element.start + 10))
    let found = calendar.date(
      referenceYear: referenceYear, minuteOfDay: hour * 60 + minute, precision: count < 10 ? .hour : .minute,
      digits: String(decoding: bytes[element.start..<element.end], as: UTF8.self))
    if found.year / 100 != referenceYear / 100 { reading.note(.centuryInferred) }
    return found
  }

  /// AI 17 names a day, AI 7003 a time: the earlier end counts, the other field is kept among the others. Two different
  /// days contradict each other.
  private func takeExpiry(_ found: LabelDate?, _ element: Element, _ text: String, _ reading: inout LabelReading) {
    guard let found else { return }
    guard let known = reading.expiry else {
      reading.expiry = found
      return
    }
    let identifier = AITable.shared.rows[element.row].text
    if !found.mayBeSameDay(as: known) {
      reading.faults.append(
        LabelFault(.expiryDiffers, at: element.rawStart, identifier: identifier, read: text.utf8))
    }
    let isEarlier = found.ends(before: known)
    if isEarlier { reading.expiry = found }
    reading.other.append(
      LabelElement(
        identifier: isEarlier ? (identifier == "17" ? "7003" : "17") : identifier,
        value: isEarlier ? known.digits : text))
  }
}

extension LabelDate {
  /// A month without a day is the same day as every day of it.
  fileprivate func mayBeSameDay(as other: LabelDate) -> Bool {
    year == other.year && month == other.month
      && (day == other.day || precision == .month || other.precision == .month)
  }

  fileprivate func ends(before other: LabelDate) -> Bool {
    (year, month, day, minuteOfDay ?? 24 * 60) < (other.year, other.month, other.day, other.minuteOfDay ?? 24 * 60)
  }
}

extension LinterSet {
  var isDayZeroAllowed: Bool { bits >> UInt64(Linter.yymmd0.rawValue) & 1 == 1 }
}

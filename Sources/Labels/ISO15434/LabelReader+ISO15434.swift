extension LabelReader {
  /// A message in the envelope of ISO/IEC 15434, recognised by its first three characters. Text with data identifiers
  /// but without the envelope is never guessed: it is the site's to say what it is, by a site rule.
  func readISO15434(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    guard ISO15434Envelope.begins(body) else { return false }
    reading.scheme = .iso15434
    if body.allSatisfy({ $0 < 0x80 }) { reading.text = String(decoding: body, as: UTF8.self) }
    do {
      let envelope = try ISO15434Envelope(body, requiresTrailer: profile.requiresTrailer)
      var whole = reading
      if !envelope.hasTrailer { whole.note(.trailerMissing) }
      for section in envelope.sections {
        switch section.format {
        case .dataIdentifiers:
          var part = LabelReading(scheme: .iso15434, aimIdentifier: nil, raw: [])
          try DataIdentifierMessage(section.data, requiresValues: profile.requiresValues)
            .fill(&part, referenceYear: referenceYear)
          try whole.add(part, at: section.data.startIndex)
        case .applicationIdentifiers:
          let part = try elements(section.data, of: reading.raw, referenceYear: referenceYear)
          try whole.add(part, at: section.data.startIndex)
        }
      }
      reading = whole
    } catch {
      reading.faults.append(error)
    }
    return true
  }

  /// The application identifiers of a format 05. GS stands between all of them and is known to arrive, so that remarks
  /// about separators mean nothing here.
  private func elements(
    _ data: ArraySlice<UInt8>, of raw: [UInt8], referenceYear: Int
  ) throws(LabelFault) -> LabelReading {
    // The element string ends with its section; the indices stay those of the label.
    let bytes = Array(raw[..<data.endIndex])
    let message = ElementString(parsing: bytes.span, from: data.startIndex)
    if let fault = message.faults.first { throw fault }
    var part = LabelReading(scheme: .iso15434, aimIdentifier: nil, raw: [])
    message.fill(&part, from: bytes, referenceYear: referenceYear, profile: profile)
    part.flags.removeAll { [.needlessSeparator, .noSeparatorSeen, .lotMayHaveSwallowed].contains($0) }
    return part
  }
}

extension LabelReading {
  /// Adds what a further format of the same message says. Formats that contradict each other are a fault: which of them
  /// is right, nobody can see.
  fileprivate mutating func add(_ part: LabelReading, at start: Int) throws(LabelFault) {
    let agree = [
      Self.join(&lot, part.lot), Self.join(&serial, part.serial), Self.join(&container, part.container),
      Self.join(&expiry, part.expiry), Self.join(&made, part.made), Self.join(&bestBefore, part.bestBefore),
      joinQuantities(part),
    ]
    guard agree.allSatisfy({ $0 }) else { throw LabelFault(.iso15434RepeatedDiffers, at: start) }
    keys += part.keys
    other += part.other
    faults += part.faults
    for flag in part.flags { note(flag) }
  }

  /// A count and a net measure do not contradict each other. The same number is the same count, whether or not its
  /// format says that pieces are counted.
  private mutating func joinQuantities(_ part: LabelReading) -> Bool {
    var count = quantity == measure ? nil : quantity
    var other = part.quantity == part.measure ? nil : part.quantity
    if let one = count, let two = other, one.unit == nil, two.unit == nil, one.value == two.value {
      count = one.isCount ? one : two
      other = nil
    }
    let agree = [Self.join(&count, other), Self.join(&measure, part.measure)]
    quantity = count ?? measure
    return agree.allSatisfy { $0 }
  }

  private static func join<Value: Equatable>(_ one: inout Value?, _ other: Value?) -> Bool {
    guard let other else { return true }
    if one == nil { one = other }
    return one == other
  }
}

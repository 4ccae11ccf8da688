extension LabelReader {
  /// A message in the envelope of ISO/IEC 15434, recognised by its first three characters. Text with data identifiers
  /// but without the envelope is never guessed: it is the site's to say what it is, by a site rule.
  func readISO15434(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    guard ISO15434Envelope.begins(body) else { return false }
    reading.scheme = .iso15434
    if body.allSatisfy({ $0 < 0x80 }) { reading.text = String(decoding: body, as: UTF8.self) }
    do {
      let envelope = try ISO15434Envelope(body, requiresTrailer: profile.requiresTrailer)
      if !envelope.hasTrailer { reading.note(.trailerMissing) }
      for section in envelope.sections {
        switch section.format {
        case .dataIdentifiers:
          try DataIdentifierMessage(section.data).fill(&reading, referenceYear: referenceYear)
        case .applicationIdentifiers: fillElements(section.data, into: &reading, referenceYear: referenceYear)
        }
      }
    } catch {
      reading.faults.append(error)
    }
    return true
  }

  /// The application identifiers of a format 05, which has GS between all of them.
  private func fillElements(_ data: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) {
    let earlier = reading.flags
    // The element string ends with its section; the indices stay those of the label.
    let raw = Array(reading.raw[..<data.endIndex])
    ElementString(parsing: raw.span, from: data.startIndex).fill(
      &reading, from: raw, referenceYear: referenceYear, profile: profile)
    let own = reading.flags.filter { $0 != .needlessSeparator && !earlier.contains($0) }
    reading.flags = earlier + own
  }
}

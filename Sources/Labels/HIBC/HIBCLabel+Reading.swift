extension HIBCLabel {
  func fill(_ reading: inout LabelReading) {
    if let item {
      reading.keys.append(LabelKey(.hibcItem, item.text))
      reading.keys.append(LabelKey(.hibcLabeller, item.labeller))
      reading.other.append(LabelElement(identifier: "reference", value: item.reference))
      reading.other.append(LabelElement(identifier: "unit", value: String(item.unitOfMeasure)))
    }
    reading.lot = lot
    reading.serial = serial
    reading.expiry = expiry
    reading.made = made
    reading.quantity = quantity
    reading.isPrimaryAlone = isPrimaryAlone
    if let character = linkCharacter ?? (isPrimaryAlone ? checkCharacter : nil) {
      reading.linkCharacter = String(decoding: [character], as: UTF8.self)
    }
    if let linkCharacter {
      reading.other.append(LabelElement(identifier: "link", value: String(decoding: [linkCharacter], as: UTF8.self)))
      reading.note(.unlinkedSecondary)
      reading.note(.noItem)
    }
    if hasInferredCentury { reading.note(.centuryInferred) }
  }
}

extension LabelReader {
  /// HIBC in a symbol that is not GS1, or without AIM identifier by its leading `+` (`*+` in the print under the bars).
  func readHIBC(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    let plus = UInt8(ascii: "+")
    let isPrint = body.starts(with: "*+".utf8) && body.last == UInt8(ascii: "*")
    guard body.first == plus || isPrint, body.count > 1 else { return false }
    reading.scheme = .hibc
    if reading.aimIdentifier == nil || isPrint { reading.note(.guessed) }
    do {
      let label = try HIBCLabel(body, referenceYear: referenceYear)
      label.fill(&reading)
      if label.item == nil, profile.requiresPrimary {
        reading.faults.append(LabelFault(.hibcUnlinked, at: body.startIndex, read: body))
      }
    } catch {
      reading.faults.append(error)
    }
    return true
  }
}

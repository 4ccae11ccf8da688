extension EPCTag {
  /// Puts the EPC into the neutral record: the GS1 key where there is one, then the URIs; the filter value goes to
  /// `other`.
  func fill(_ reading: inout LabelReading, referenceYear: Int) {
    reading.keys.reserveCapacity(3)
    fillKey(&reading)
    reading.keys.append(LabelKey(.epcURI, uri))
    if let tagURI { reading.keys.append(LabelKey(.epcTagURI, tagURI)) }
    if !serial.isEmpty, scheme.family != .sgln || hasExtension {
      reading.serial = String(decoding: serial, as: UTF8.self)
    }
    fillRest(&reading)
    if let date { fillDate(date, &reading, referenceYear) }
    for element in data { fillData(element, &reading, referenceYear) }
    if let filter { reading.other.append(LabelElement(identifier: "filter", value: String(filter))) }
  }

  private func fillKey(_ reading: inout LabelReading) {
    let kind: LabelKey.Kind
    switch scheme.family {
    case .sgtin: kind = .gtin
    case .sscc: kind = .sscc
    case .sgln: kind = hasExtension ? .sgln : .gln
    case .grai: kind = .grai
    case .giai: kind = .giai
    case .gsrn: kind = .gsrn
    case .gsrnp: kind = .gsrnProvider
    case .gdti: kind = .gdti
    case .sgcn: kind = .gcn
    case .cpi: kind = .cpi
    case .itip: kind = .itip
    case .gid, .usdod, .adi: return
    }
    let value = kind == .sgln ? key + [0x2E] + serial : key
    let text = String(decoding: value, as: UTF8.self)
    reading.keys.append(LabelKey(kind, text))
    if kind == .sscc { reading.container = text }
  }

  /// What has no place of its own: manager and class of a GID, code and part number of USDOD and ADI.
  private func fillRest(_ reading: inout LabelReading) {
    switch scheme.family {
    case .gid:
      reading.other.append(LabelElement(identifier: "manager", value: String(decoding: company, as: UTF8.self)))
      reading.other.append(LabelElement(identifier: "class", value: String(decoding: reference, as: UTF8.self)))
    case .usdod, .adi:
      reading.other.append(LabelElement(identifier: "cage", value: String(decoding: company, as: UTF8.self)))
      if !reference.isEmpty {
        reading.other.append(LabelElement(identifier: "part", value: String(decoding: reference, as: UTF8.self)))
      }
    default: break
    }
  }

  private func fillDate(_ date: DataElement, _ reading: inout LabelReading, _ referenceYear: Int) {
    guard let value = LabelDate(yymmdd: date.value[...], dayZeroIsMonthEnd: true, referenceYear: referenceYear)
    else { return }
    reading.note(.centuryInferred)
    if value.precision == .month { reading.note(.dayZero) }
    switch date.identifier {
    case "11" where reading.made == nil: reading.made = value
    case "15" where reading.bestBefore == nil: reading.bestBefore = value
    case "17" where reading.expiry == nil: reading.expiry = value
    default: other(date, &reading)
    }
  }

  private func fillData(_ element: DataElement, _ reading: inout LabelReading, _ referenceYear: Int) {
    switch element.identifier {
    case "10": reading.lot = String(decoding: element.value, as: UTF8.self)
    case "11", "12", "13", "15", "16", "17": fillDate(element, &reading, referenceYear)
    case "30" where reading.quantity == nil, "37" where reading.quantity == nil:
      reading.quantity = LabelQuantity(digits: element.value, isCount: true)
    default: other(element, &reading)
    }
  }

  private func other(_ element: DataElement, _ reading: inout LabelReading) {
    let value = String(decoding: element.value, as: UTF8.self)
    reading.other.append(LabelElement(identifier: element.identifier, value: value))
  }
}

extension LabelReader {
  /// An EPC in hexadecimal text. A radio reader sends no AIM identifier, so a label that has one is none.
  ///
  /// The form is the only sign, so it must fit: 24 to 124 hexadecimal digits that begin with the header of a scheme, or
  /// with the mark of tag identification memory. Text of decimal digits alone is an EPC only if it decodes; a tag whose
  /// 24 digits hold no letter is rare, a number of 24 digits on a label is not.
  func readEPC(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    guard reading.aimIdentifier == nil, body.count >= 24, body.count <= EPCWord.longestBits / 4,
      let high = EPCWord.value(ofDigit: body[body.startIndex]),
      let low = EPCWord.value(ofDigit: body[body.startIndex + 1])
    else { return false }
    let header = high << 4 | low
    guard EPCScheme.of(header: header) != nil || header == EPCScheme.tagIdentificationHeader,
      body.allSatisfy({ EPCWord.value(ofDigit: $0) != nil })
    else { return false }
    do {
      let tag = try EPCTag(hexadecimal: body)
      reading.note(.guessed)
      tag.fill(&reading, referenceYear: referenceYear)
    } catch {
      if body.allSatisfy(isDigit) { return false }
      reading.note(.guessed)
      reading.faults.append(error)
    }
    reading.scheme = .epc
    return true
  }
}

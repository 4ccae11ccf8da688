/// The fields of a format 06: data identifiers and their values, each checked.
struct DataIdentifierMessage: Hashable, Sendable {
  struct Field: Hashable, Sendable {
    var row: DataIdentifier
    var value: ArraySlice<UInt8>

    var text: String { String(decoding: value, as: UTF8.self) }
  }

  private(set) var fields: [Field] = []
  /// A field stood twice with the same value.
  private(set) var hasRepeatedField = false
  /// Identifiers without a value, where the profile lets them pass.
  private(set) var emptyFields: [DataIdentifier] = []

  /// - Parameters:
  ///   - data: the fields with GS between them.
  ///   - requiresValues: every identifier needs a value; else only those that name what the floor works with.
  init(_ data: ArraySlice<UInt8>, requiresValues: Bool) throws(LabelFault) {
    var rest = data
    while true {
      let field = rest.prefix { $0 != groupSeparator }
      try add(field, requiresValues)
      rest = rest[field.endIndex...]
      if rest.isEmpty { break }
      rest = rest.dropFirst()
    }
    let allowsDayZero = hasPharmacyProductNumber
    for field in fields {
      if let fault = field.row.fault(of: field.value, allowsDayZero: allowsDayZero) { throw fault }
    }
  }

  var hasPharmacyProductNumber: Bool { fields.contains { $0.row.rule == .pharmacyProductNumber } }

  private mutating func add(_ field: ArraySlice<UInt8>, _ requiresValues: Bool) throws(LabelFault) {
    if field.isEmpty { throw LabelFault(.iso15434EmptyField, at: field.startIndex) }
    guard let (row, length) = DataIdentifier.atStart(of: field) else {
      throw LabelFault(.iso15434UnknownIdentifier, at: field.startIndex, read: field)
    }
    let value = field.dropFirst(length)
    if value.isEmpty, !requiresValues, !row.needsValue {
      emptyFields.append(row)
      return
    }
    if let earlier = fields.first(where: { $0.row.letter == row.letter && $0.row.number == row.number }) {
      guard earlier.value.elementsEqual(value) else {
        throw LabelFault(.iso15434RepeatedDiffers, at: value.startIndex, identifier: row.name, read: value)
      }
      hasRepeatedField = true
      return
    }
    fields.append(Field(row: row, value: value))
  }

  // MARK: The neutral record

  func fill(_ reading: inout LabelReading, referenceYear: Int) {
    let allowsDayZero = hasPharmacyProductNumber
    var package: String?
    var unit: String?
    for field in fields {
      switch field.row.place {
      case .key(let kind):
        reading.keys.append(LabelKey(kind, field.text))
        if kind == .otherItem { other(field, &reading) }
      case .lot: reading.lot = field.text
      case .customerLot:
        // The supplier's lot is the one to trace by; the customer's stands in only where there is none.
        if fields.contains(where: { $0.row.place == .lot }) { other(field, &reading) } else { reading.lot = field.text }
      case .serial: reading.serial = field.text
      case .expiry, .made, .bestBefore, .date:
        fillDate(field, &reading, allowsDayZero: allowsDayZero, referenceYear: referenceYear)
      case .quantity:
        if reading.quantity == nil || field.row.rule == .quantity {
          reading.quantity = field.row.quantity(of: field.value)
        }
        if field.row.rule != .quantity { other(field, &reading) }
      case .unit:
        unit = field.text
        other(field, &reading)
      case .container:
        reading.keys.append(LabelKey(.licensePlate, field.text))
        reading.container = field.text
      case .package:
        if package == nil { package = field.text }
        other(field, &reading)
      case .other: other(field, &reading)
      }
    }
    if reading.container == nil { reading.container = package }
    for row in emptyFields {
      reading.other.append(LabelElement(identifier: row.name, value: ""))
      reading.note(.emptyField)
    }
    if let unit, let quantity = reading.quantity, quantity.unit == nil { reading.quantity = quantity.counted(in: unit) }
    if hasRepeatedField { reading.note(.repeatedField) }
    if !hasItem, reading.lot != nil || reading.serial != nil || reading.expiry != nil || reading.made != nil {
      reading.note(.noItem)
    }
  }

  private var hasItem: Bool {
    fields.contains {
      switch $0.row.place {
      case .key(.customerItem), .key(.supplierItem), .key(.otherItem), .key(.gtin): true
      default: false
      }
    }
  }

  private func fillDate(
    _ field: Field, _ reading: inout LabelReading, allowsDayZero: Bool, referenceYear: Int
  ) {
    let date = field.row.date(of: field.value, allowsDayZero: allowsDayZero, referenceYear: referenceYear)
    if field.row.rule == .yymmdd { reading.note(.centuryInferred) }
    if date?.precision == .month { reading.note(.dayZero) }
    switch field.row.place {
    case .expiry: reading.expiry = date
    case .made: reading.made = date
    case .bestBefore: reading.bestBefore = date
    // On a label with a pharmacy product number D is the expiry (IFA coding system); elsewhere it may be any date.
    default: if allowsDayZero { reading.expiry = date } else { other(field, &reading) }
    }
  }

  private func other(_ field: Field, _ reading: inout LabelReading) {
    reading.other.append(LabelElement(identifier: field.row.name, value: field.text))
  }
}

extension LabelQuantity {
  /// The same value with a unit.
  fileprivate func counted(in unit: String) -> LabelQuantity? {
    let parts = value.split(separator: ".")
    return LabelQuantity(
      digits: Array(value.utf8.filter(isDigit)), decimals: parts.count > 1 ? parts[1].utf8.count : 0, unit: unit)
  }
}

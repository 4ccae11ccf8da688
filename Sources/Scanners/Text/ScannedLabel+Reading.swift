public import Labels
public import Shopfloor

extension ScannedLabel {
  /// The label as the floor sees it.
  ///
  /// Where a site rule strips a prefix, `text` is the name behind it. Bytes that are no text appear as U+FFFD and the
  /// text is cut at the longest label that is read; such a label always carries a fault.
  public init(_ reading: LabelReading) {
    self.init(
      text: reading.text.isEmpty
        ? String(decoding: reading.raw.prefix(maximumLabelBytes), as: UTF8.self) : reading.text,
      kind: Self.kind(of: reading), scheme: reading.scheme.rawValue,
      itemCodes: Self.itemKinds.compactMap(reading.key), lot: reading.lot, serial: reading.serial,
      container: reading.container, unusableFrom: reading.expiry.flatMap(Timestamp.init(endOf:)),
      quantity: reading.quantity?.millionths.map(Quantity.init(millionths:)),
      quantityUnit: reading.quantity?.isCount == true ? "pcs" : reading.quantity?.unit,
      measure: reading.measure?.millionths.map(Quantity.init(millionths:)), measureUnit: reading.measure?.unit,
      raw: Array(reading.raw.prefix(LabelAssembler.maximumKeptBytes)), aimIdentifier: reading.aimIdentifier,
      link: reading.linkCharacter,
      isLotDoubtful: reading.flags.contains { $0 == .lotMayHaveSwallowed || $0 == .trailerMissing },
      fault: reading.fault.map {
        LabelFault(code: $0.name.rawValue, words: Words($0.words.english, $0.words.chinese))
      })
  }

  /// The keys that name an item, the most telling first.
  private static let itemKinds: [LabelKey.Kind] = [
    .gtin, .contentGTIN, .hibcItem, .supplierItem, .customerItem, .otherItem,
  ]

  private static func kind(of reading: LabelReading) -> Kind {
    switch reading.meaning {
    case .unknown: .unknown
    case .badge: .badge
    case .lot: .lot
    case .material: .material
    case .card: .card
    }
  }
}

extension Timestamp {
  /// The first instant after an expiry: midnight UTC after the day, or the time of day where the label gives one.
  init?(endOf date: LabelDate) {
    func padded(_ value: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    guard let day = Timestamp(iso8601: "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))")
    else { return nil }
    self = day.advanced(byMicroseconds: Int64(date.minuteOfDay ?? 24 * 60) * 60_000_000)
  }

  /// The year in UTC, from which the century of two-digit years follows.
  var year: Int {
    // The text form begins with at least four digits of the year.
    Int(description.prefix { $0 != "-" }) ?? 1970
  }
}

extension DataIdentifier {
  /// The identifiers that mean something on the floor (ANSI MH10.8.2-2016, section 7; lengths where the dictionary
  /// bounds them).
  static let table: [DataIdentifier] = [
    // Items.
    row("P", place: .key(.customerItem)), row("1P", place: .key(.supplierItem)), row("2P"),
    row("8P", .gtin, .key(.gtin)),
    // First to fifth level of an item number, by the customer (20P to 24P) and by the supplier (30P to 34P).
    row("30P", place: .key(.otherItem)), row("31P"), row("32P"), row("33P"), row("34P"),
    row("50P", place: .key(.otherItem)), row("51P", place: .key(.otherItem)),
    // UDI-DI, and the pharmacy product number of IFA (PPN), which is one.
    row("54P", .text(longest: 35), .key(.otherItem)),
    row("9N", .pharmacyProductNumber, .key(.otherItem)),

    // Quantities.
    row("Q", .quantity, .quantity), row("7Q", .quantityWithUnit, .quantity),
    row("3Q", .text(longest: 2), .unit), row("13Q"), row("2Q"), row("22Q"),

    // Traceability: T by the customer, 1T by the supplier.
    row("1T", place: .lot), row("T", place: .customerLot),
    row("S", place: .serial), row("25S"),
    row("3S", place: .package), row("4S", place: .package), row("5S", place: .package),

    // Licence plates of transport units (ISO/IEC 15459-1).
    row("J", .text(longest: 35), .container), row("1J", .text(longest: 35), .container),
    row("2J", .text(longest: 35), .container), row("3J", .text(longest: 35), .container),
    row("4J", .text(longest: 35), .container), row("5J", .text(longest: 20), .container),
    row("6J", .text(longest: 20), .container),

    // Dates.
    row("D", .yymmdd, .date), row("6D", .qualifiedDate), row("10D", .yyww), row("12D", .yyyymmdd),
    row("14D", .yyyymmdd, .expiry), row("15D", .ddmmyyyy, .expiry),
    row("16D", .yyyymmdd, .made), row("17D", .ddmmyyyy, .made), row("25D", .yyyymmdd, .bestBefore),

    // Parties, orders, countries.
    row("V", place: .key(.supplier)), row("1V"), row("10V"), row("12V"),
    row("K", place: .key(.purchaseOrder)), row("4K"), row("11K"), row("14K"),
    row("4L"), row("E", .text(longest: 40)),
  ]

  /// Every other registered identifier: a letter and its numbers (ANSI MH10.8.2-2016 with updates to 2020). Their values
  /// are kept as written.
  static let registered: [DataIdentifier] = [
    ("B", [0...5, 7...31, 55...55]), ("C", [0...5]), ("D", [0...28]), ("E", [0...6, 10...13]), ("F", [0...1, 3...5]),
    ("H", [0...12, 15...15, 25...26]), ("I", [0...0, 2...2, 4...5]), ("J", [0...8]), ("K", [0...22, 25...27]),
    ("L", [0...9, 11...13, 15...18, 20...36, 51...52, 54...55]), ("M", [10...14]), ("N", [0...1, 3...12, 15...15]),
    ("P", [0...34, 40...40, 49...55]), ("Q", [0...9, 11...32]), ("R", [1...2, 4...9]),
    ("S", [0...28, 30...37, 42...43, 50...54, 96...97]), ("T", [0...1, 3...3, 20...27, 30...34]),
    ("U", [5...6, 15...19, 55...55]), ("V", [0...25]), ("W", [0...6, 10...12]), ("Z", [0...4, 10...99]),
  ].flatMap { (letter: String, ranges: [ClosedRange<Int>]) in
    ranges.joined().map { row(($0 == 0 ? "" : String($0)) + letter) }
  }

  private static func row(
    _ name: String, _ rule: Rule = .text(longest: maximumLabelBytes), _ place: Place
  ) -> DataIdentifier {
    row(name, rule, place: place)
  }

  /// Traps on our own misprint only.
  private static func row(
    _ name: String, _ rule: Rule = .text(longest: maximumLabelBytes), place: Place = .other
  ) -> DataIdentifier {
    guard let letter = name.utf8.last, let number = name.count == 1 ? 0 : Int(name.dropLast()) else {
      preconditionFailure("the table of data identifiers holds \"\(name)\"")
    }
    return DataIdentifier(letter: letter, number: number, rule: rule, place: place)
  }
}

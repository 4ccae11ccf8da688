/// The application identifiers, found by their first digits without search: the first two digits say how long the
/// identifier is, and its number is its place.
struct AITable: Sendable {
  static let shared = AITable(parsing: ApplicationIdentifier.rows)

  let rows: [ApplicationIdentifier]
  /// Length of the identifier by its first two digits; 0 where none begins so.
  private let lengths: [UInt8]
  /// Place in `rows` by place of the identifier; -1 where there is none.
  private let indices: [Int16]

  /// Places: 0 to 99 for two digits, then three, then four.
  static func place(_ number: Int, digits: Int) -> UInt16 {
    UInt16(digits == 2 ? number : digits == 3 ? 100 + number : 1_100 + number)
  }

  /// The row that the bytes from `start` begin with, and how long its identifier is.
  @inline(__always)
  func match(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (row: Int, length: Int)? {
    guard start + 2 <= end, isDigit(bytes[start]), isDigit(bytes[start + 1]) else { return nil }
    var number = Int(bytes[start] - 0x30) * 10 + Int(bytes[start + 1] - 0x30)
    let length = Int(lengths[number])
    guard length > 0, start + length <= end else { return nil }
    for index in (start + 2)..<max(start + 2, start + length) {
      guard isDigit(bytes[index]) else { return nil }
      number = number * 10 + Int(bytes[index] - 0x30)
    }
    let row = Int(indices[Int(Self.place(number, digits: length))])
    return row < 0 ? nil : (row, length)
  }

  /// The row of exactly this identifier.
  func row(_ identifier: some Collection<UInt8>) -> Int? {
    let bytes = Array(identifier)
    guard let found = match(bytes.span, 0, bytes.count), found.length == bytes.count else { return nil }
    return found.row
  }
}

// MARK: From the text of the table

extension AITable {
  /// Reads the table of `ApplicationIdentifier.rows`; traps on our own misprint only.
  init(parsing text: String) {
    var rows: [ApplicationIdentifier] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      for identifier in Self.identifiers(words[0]) { rows.append(Self.row(identifier, words.dropFirst())) }
    }
    var lengths = [UInt8](repeating: 0, count: 100)
    var indices = [Int16](repeating: -1, count: 11_100)
    for (index, row) in rows.enumerated() {
      let first = Self.number(String(row.text.prefix(2)))
      precondition(
        lengths[first] == 0 || Int(lengths[first]) == row.text.utf8.count, "\(row.text) is of another length")
      precondition(indices[Int(row.place)] < 0, "\(row.text) stands twice")
      lengths[first] = UInt8(row.text.utf8.count)
      indices[Int(row.place)] = Int16(index)
    }
    self.rows = rows
    self.lengths = lengths
    self.indices = indices
  }

  private static func row(_ identifier: String, _ words: ArraySlice<String>) -> ApplicationIdentifier {
    let place = place(number(identifier), digits: identifier.utf8.count)
    var row = ApplicationIdentifier(
      text: identifier, place: place, parts: [], shortest: 0, longest: 0,
      isPredefined: ApplicationIdentifier.isPredefined(firstTwoDigits: number(String(identifier.prefix(2)))),
      field: ApplicationIdentifier.Field(identifier))
    for word in words {
      if word == "?" {
        row.isLinkAttribute = true
      } else if word.hasPrefix("req:") {
        row.requires.append(
          word.dropFirst(4).split(separator: ",").map { group in
            group.split(separator: "+").map { pattern(String($0), of: identifier) }
          })
      } else if word.hasPrefix("ex:") {
        row.excludes += word.dropFirst(3).split(separator: ",").map { pattern(String($0), of: identifier) }
      } else if word.hasPrefix("link") {
        row.linkQualifiers = word.dropFirst(5).split(separator: "|").map { alternative in
          alternative.split(separator: ",").map { pattern(String($0), of: identifier).lowerBound }
        }
      } else {
        let part = part(word)
        row.parts.append(part)
        row.shortest += part.isOptional ? 0 : part.shortest
        row.longest += part.longest
      }
    }
    return row
  }

  /// "11", "15-16", "310-316:5".
  private static func identifiers(_ text: String) -> [String] {
    let halves = text.split(separator: ":").map(String.init)
    let bounds = halves[0].split(separator: "-").map(String.init)
    let width = bounds[0].utf8.count
    let stems = (number(bounds[0])...number(bounds[bounds.count - 1])).map { number in
      String(repeating: "0", count: width - String(number).utf8.count) + String(number)
    }
    guard halves.count > 1 else { return stems }
    return stems.flatMap { stem in (0...number(halves[1])).map { stem + String($0) } }
  }

  /// "01", "310n", "31nn", "~".
  private static func pattern(_ text: String, of identifier: String) -> ApplicationIdentifier.Pattern {
    let text = text == "~" ? identifier.dropLast() + "n" : text[...]
    func bound(_ digit: String) -> UInt16 {
      place(number(text.map { $0 == "n" ? digit : String($0) }.joined()), digits: text.utf8.count)
    }
    return bound("0")...bound("9")
  }

  /// "N14=csum,key", "[X..17]".
  private static func part(_ text: String) -> ApplicationIdentifier.Part {
    let halves = text.split(separator: "=")
    let shape = halves[0].filter { $0 != "[" && $0 != "]" }
    let characters: CharacterSet =
      switch shape.first {
      case "N": .digits
      case "Y": .set39
      case "Z": .set64
      default: .set82
      }
    let isVariable = shape.contains("..")
    let longest = number(String(shape.dropFirst(isVariable ? 3 : 1)))
    var linters = LinterSet()
    for name in halves.dropFirst().first?.split(separator: ",") ?? [] {
      guard let linter = Linter(name: String(name)) else { preconditionFailure("\(name) is no content rule") }
      linters.insert(linter)
    }
    return ApplicationIdentifier.Part(
      characters: characters, shortest: isVariable ? 1 : longest, longest: longest, isOptional: text.hasPrefix("["),
      linters: linters)
  }

  private static func number(_ text: String) -> Int {
    guard let number = Int(text) else { preconditionFailure("\(text) in the table is no number") }
    return number
  }
}

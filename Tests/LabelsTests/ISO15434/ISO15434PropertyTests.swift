import Testing

@testable import Labels

@Suite struct ISO15434PropertyTests {
  static let gs = "\u{1D}"
  static let end = "\u{1E}\u{4}"

  /// Random values for identifiers that keep any text.
  static func fields(_ random: inout SeededGenerator) -> [(String, String)] {
    let names = ["P", "1P", "1T", "S", "K", "V", "2P", "4L", "11K", "26L", "99Z", "J", "13Q"]
    let printable = String(String.UnicodeScalarView((0x20...0x7E).compactMap { Unicode.Scalar($0) }))
    return names.shuffled(using: &random).prefix(Int.random(in: 1...8, using: &random)).map {
      ($0, HIBCPropertyTests.text(printable, 1...20, &random))
    }
  }

  static func message(_ fields: [(String, String)]) -> String {
    "[)>\u{1E}06\u{1D}" + fields.map { $0.0 + $0.1 }.joined(separator: gs) + end
  }

  @Test func whatIsBuiltIsRead() {
    var random = SeededGenerator(seed: 0x15434)
    let reader = LabelReader(profile: .strict)
    for _ in 0..<1_000 {
      let fields = Self.fields(&random)
      let reading = reader.read(Array(Self.message(fields).utf8), referenceYear: 2026)
      #expect(reading.faults.isEmpty)
      var found: [String: String] = [:]
      for element in reading.other { found[element.identifier] = element.value }
      let kinds: [LabelKey.Kind: String] = [
        .customerItem: "P", .supplierItem: "1P", .purchaseOrder: "K", .supplier: "V", .licensePlate: "J",
      ]
      for key in reading.keys { found[kinds[key.kind] ?? "?"] = key.value }
      found["1T"] = reading.lot
      found["S"] = reading.serial
      #expect(found == Dictionary(uniqueKeysWithValues: fields))
    }
  }

  /// A message that is accepted says the same as one split by hand at its separators: nothing is dropped, joined or cut.
  @Test func whatIsAcceptedIsWhatTheSeparatorsSay() {
    var random = SeededGenerator(seed: 0xF1E1D)
    let reader = LabelReader(profile: .strict)
    var accepted = 0
    for _ in 0..<5_000 {
      var text = Array(Self.message(Self.fields(&random)).utf8)
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let index = Int.random(in: 0..<text.count, using: &random)
        let byte = [0x1D, 0x1E, 0x04, 0x30, 0x31, 0x51, 0x54, 0x80, 0x00].randomElement(using: &random) ?? 0x30
        switch Int.random(in: 0...2, using: &random) {
        case 0: text[index] = UInt8(byte)
        case 1: text.insert(UInt8(byte), at: index)
        default: text.remove(at: index)
        }
      }
      let reading = reader.read(text, referenceYear: 2026)
      guard reading.scheme == .iso15434, reading.faults.isEmpty else { continue }
      accepted += 1
      #expect(text.starts(with: "[)>\u{1E}0".utf8) && text.suffix(2) == [0x1E, 0x04])
      guard text.starts(with: "[)>\u{1E}06\u{1D}".utf8), !text.dropLast(2).dropFirst(4).contains(0x1E) else { continue }
      let fields = text.dropFirst(7).dropLast(2).split(separator: 0x1D, omittingEmptySubsequences: false)
      #expect(fields.allSatisfy { $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && $0.count > 1 })
      let values = Set(
        reading.other.map(\.value) + reading.keys.map(\.value)
          + [reading.lot, reading.serial, reading.quantity?.value].compactMap { $0 })
      for field in fields {
        let whole = String(decoding: field, as: UTF8.self)
        let value = whole.drop { $0.isNumber }.dropFirst()
        #expect(values.contains(String(value)) || whole.hasPrefix("Q") || whole.contains("Q"), "\(whole)")
      }
    }
    #expect(accepted > 500)
  }

  @Test func anyBytesAreJudgedWithoutCrash() {
    var random = SeededGenerator(seed: 0xA11)
    let reader = LabelReader()
    for _ in 0..<8_000 {
      let start =
        [
          "[)>\u{1E}06\u{1D}", "[)>\u{1E}05\u{1D}", "[)>", "+", "*+", "+$$", "30", "F7", "3D", "",
        ].randomElement(using: &random) ?? ""
      var raw = Array(start.utf8)
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        let isControl = Int.random(in: 0...9, using: &random) == 0
        raw.append(
          isControl ? UInt8.random(in: 0...255, using: &random) : UInt8.random(in: 0x24...0x5A, using: &random))
      }
      let reading = reader.read(raw, referenceYear: 2026)
      #expect(reading.raw == raw)
      for fault in reading.faults { #expect(fault.byteOffset >= 0 && fault.byteOffset <= raw.count) }
    }
  }
}

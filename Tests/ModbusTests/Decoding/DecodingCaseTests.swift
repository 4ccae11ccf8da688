import Devices
import Shopfloor
import Testing

@testable import Modbus

/// Every folder of Tests/Cases/modbus-decoding: registers, and the value or the reason why there is none.
@Suite struct DecodingCaseTests {
  static let area = "modbus-decoding"

  @Test func thereAreCases() { #expect(CaseFolders.names(Self.area).count >= 10) }

  @Test(arguments: CaseFolders.names(area))
  func registersBecomeTheValue(name: String) throws {
    let document = try CaseFolders.document(Self.area, name)
    let rows = document["rows"]?.elements("Write rows") ?? []
    #expect(!rows.isEmpty)
    for row in rows { try check(row, name) }
  }

  private func check(_ row: DocumentNode, _ name: String) throws {
    let words = try #require(row.text("words")).split(separator: " ").compactMap { UInt16($0, radix: 16) }
    let point = try point(row)
    try #require(words.count == point.addressCount, "\(name) line \(row.line)")
    // A register before and one behind, which must not matter.
    let data = ([0xDEAD] + words + [0xBEEF]).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let block = ReadBlock(
      request: ReadRequest(table: .holding, address: point.address - 1, count: words.count + 2),
      points: [MappedPoint(point: point, parameters: [ParameterIndex(7)])])
    var decoder = PollDecoder(ReadPlan(blocks: [block]), at: Timestamp(microseconds: 1))
    decoder.accept(0, data: data, at: Timestamp(microseconds: 5))
    let (readings, texts) = decoder.takeResult()
    let place = Comment(rawValue: "\(name) line \(row.line)")
    let reading = try #require(readings.first, place)
    #expect(readings.count == 1 && reading.parameter == ParameterIndex(7), place)
    #expect(reading.time == Timestamp(microseconds: 5), place)
    #expect(reading.quality.name == row.text("quality") ?? "good", place)
    #expect(Double(reading.detail) == row.double("detail") ?? 0, place)
    #expect(reading.raw == words.prefix(4).reduce(0) { $0 << 16 | UInt64($1) }, place)
    #expect(Int(reading.rawWordCount) == min(4, words.count), place)
    if reading.quality == .good {
      #expect(reading.value == row.double("value"), place)
    } else {
      #expect(reading.value == 0 && row["value"] == nil, place)
    }
    #expect(texts.first?.text == row.text("text"), place)
    #expect(texts.allSatisfy { $0.words == words && $0.time == reading.time }, place)
  }

  private func point(_ row: DocumentNode) throws -> ProfilePoint {
    let typeText = try #require(row.text("type"))
    guard let type = PointType(caseText: typeText) else { throw CaseFault(row, "no type \(typeText)") }
    let order = row.text("order").flatMap(WordOrder.named)
    if order == nil, let name = row.text("order") { throw CaseFault(row, "no order \(name)") }
    let sentinels = (row["sentinels"]?.elements("Write a list") ?? []).compactMap { node in
      node.string("Write a raw value").flatMap { text in
        text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
      }.map { Sentinel($0) }
    }
    return ProfilePoint(
      name: "p", table: .holding, address: 100, type: type, wordOrder: order, scale: row.double("scale") ?? 1,
      offset: row.double("offset") ?? 0, minimum: row.double("min"), maximum: row.double("max"), sentinels: sentinels)
  }
}

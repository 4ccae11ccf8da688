import Devices
import Shopfloor
import Testing

@testable import simulate

@Suite struct ProfileMemoryTests {
  private func read(
    _ memory: ProfileMemory, _ table: RegisterTable, _ addresses: Range<Int>, device: Int = 1, second: Int64 = 0,
    noValueRate: Double = 0
  ) -> [UInt16] {
    var words = [UInt16](repeating: 0, count: addresses.count)
    memory.read(
      table, addresses, device: device, at: Moment(utcMicroseconds: second * 1_000_000, seconds: Double(second)),
      noValueRate: noValueRate, into: &words)
    return words
  }

  private func float(_ words: [UInt16]) -> Float { Float(bitPattern: UInt32(words[0]) << 16 | UInt32(words[1])) }

  @Test func aValueMovesInsideItsRangeAndIsTheSameForTheSameTime() {
    let point = ProfilePoint(
      name: "t", table: .input, address: 10, type: .float32, wordOrder: .abcd, minimum: 20, maximum: 40)
    let memory = ProfileMemory(simulatedProfile([point]), seed: 4)
    let series = (0..<300).map { float(read(memory, .input, 10..<12, second: Int64($0))) }
    #expect(series.allSatisfy { (20...40).contains($0) })
    #expect(Set(series).count > 200)
    let low = series.min() ?? 0
    let high = series.max() ?? 0
    #expect(low < 23 && high > 37)
    #expect(series == (0..<300).map { float(read(memory, .input, 10..<12, second: Int64($0))) })
    #expect(series[5] != float(read(memory, .input, 10..<12, device: 2, second: 5)))
    let otherSeed = ProfileMemory(simulatedProfile([point]), seed: 5)
    #expect(series[5] != float(read(otherSeed, .input, 10..<12, second: 5)))
  }

  @Test func scaleOffsetAndScaleSourceAreTakenBack() {
    let places = ProfilePoint(name: "places", table: .holding, address: 0, type: .uint16)
    let value = ProfilePoint(
      name: "value", table: .holding, address: 1, type: .int16, scale: 2, offset: -5,
      scaleSource: ScaleSource(point: "places", meaning: .decimalPlaces), minimum: 100, maximum: 200)
    let memory = ProfileMemory(simulatedProfile([places, value]), seed: 1)
    for second in 0..<100 {
      let words = read(memory, .holding, 0..<2, second: Int64(second))
      #expect(words[0] == 1)
      #expect((100...200).contains(Double(Int16(bitPattern: words[1])) * 2 * 0.1 - 5))
    }
  }

  @Test func partsShareTheirRegisterAndAWholeOneCoversThem() {
    let parts = [
      ProfilePoint(
        name: "a", table: .holding, address: 0, type: .bitField(lowest: 4, width: 3), minimum: 5, maximum: 5.1),
      ProfilePoint(name: "b", table: .holding, address: 0, type: .uint8(.high), minimum: 0x12, maximum: 0x12),
      ProfilePoint(name: "c", table: .holding, address: 1, type: .bit(3)),
      ProfilePoint(name: "d", table: .holding, address: 1, type: .uint16, minimum: 0x21, maximum: 0x21),
    ]
    let memory = ProfileMemory(simulatedProfile(parts), seed: 1)
    for second in [0, 9, 20, 31] { #expect(read(memory, .holding, 0..<2, second: Int64(second)) == [0x1250, 0x21]) }
  }

  @Test func aPartOfAValueIsTheSamePart() {
    let point = ProfilePoint(name: "t", table: .holding, address: 3, type: .float64, wordOrder: .abcd)
    let memory = ProfileMemory(simulatedProfile([point]), seed: 1)
    let whole = read(memory, .holding, 3..<7, second: 9)
    #expect(read(memory, .holding, 4..<6, second: 9) == Array(whole[1...2]))
    #expect(read(memory, .holding, 0..<4, second: 9) == [0, 0, 0, whole[0]])
  }

  @Test func enumerationsSelfTestsAndTextsHoldWhatTheProfileSays() {
    let points = [
      ProfilePoint(
        name: "mode", table: .holding, address: 0, type: .uint16,
        enumeration: [.init(3, .init("run", "运行")), .init(9, .init("stop", "停止"))]),
      ProfilePoint(name: "proof", table: .holding, address: 1, type: .int16, scale: 0.01),
      ProfilePoint(name: "name", table: .holding, address: 2, type: .text(TextLayout(registers: 2))),
      ProfilePoint(name: "kept", table: .holding, address: 4, type: .text(TextLayout(registers: 2))),
    ]
    let memory = ProfileMemory(
      simulatedProfile(
        points,
        selfTests: [
          SelfTest(point: "proof", expectation: .number(-123.45)), SelfTest(point: "kept", expectation: .text("AbCd")),
        ]), seed: 1)
    let series = (0..<40).map { read(memory, .holding, 0..<6, second: Int64($0) * 7) }
    #expect(Set(series.map { $0[0] }) == [3, 9])
    #expect(series.allSatisfy { Array($0[1...]) == [0xCFC7, 0x5349, 0x4D20, 0x4162, 0x4364] })
  }

  @Test func onlyPointsCanBeReadUnlessTheProfileAllowsMore() {
    let points = [
      ProfilePoint(name: "a", table: .holding, address: 3, type: .float32, wordOrder: .abcd),
      ProfilePoint(name: "b", table: .holding, address: 7, type: .uint16),
    ]
    let strict = ProfileMemory(simulatedProfile(points), seed: 1)
    #expect(strict.isReadable(.holding, 3..<5) && strict.isReadable(.holding, 7..<8))
    #expect(!strict.isReadable(.holding, 3..<8) && !strict.isReadable(.holding, 2..<5))
    #expect(!strict.isReadable(.holding, 8..<9) && !strict.serves(.input) && strict.cutsValue(.holding, 4..<8))
    let bridging = ProfileMemory(simulatedProfile(points, requests: RequestRules(bridgesGaps: true)), seed: 1)
    #expect(bridging.isReadable(.holding, 3..<8) && !bridging.isReadable(.holding, 3..<9))
    let even = ProfileMemory(simulatedProfile(points, requests: RequestRules(registerMultiple: 2)), seed: 1)
    #expect(even.isReadable(.holding, 2..<8) && !even.isReadable(.holding, 1..<8))
  }

  @Test func aBlockAnswersOnlyWhenAskedAlone() {
    let points = [
      ProfilePoint(
        name: "block", table: .holding, address: 5, type: .text(TextLayout(registers: 3)), isAskedAlone: true),
      ProfilePoint(name: "next", table: .holding, address: 6, type: .uint16, minimum: 8, maximum: 8),
    ]
    let memory = ProfileMemory(simulatedProfile(points), seed: 1)
    #expect(memory.isReadable(.holding, 5..<8) && memory.isReadable(.holding, 6..<7))
    #expect(!memory.isReadable(.holding, 5..<7))
    #expect(read(memory, .holding, 5..<8) == [0x5349, 0x4D20, 0x626C])
    #expect(read(memory, .holding, 6..<7) == [8])
  }

  @Test func noValueIsASentinelOrNaN() {
    let points = [
      ProfilePoint(name: "a", table: .holding, address: 0, type: .float32, wordOrder: .cdab),
      ProfilePoint(name: "b", table: .holding, address: 2, type: .int16, sentinels: [Sentinel(0x8000)]),
      ProfilePoint(name: "c", table: .holding, address: 3, type: .uint16, minimum: 7, maximum: 7),
    ]
    let memory = ProfileMemory(simulatedProfile(points), seed: 1)
    #expect(read(memory, .holding, 0..<4, noValueRate: 1) == [0, 0x7FC0, 0x8000, 7])
    let some = (0..<200).map { read(memory, .holding, 2..<3, second: Int64($0), noValueRate: 0.2)[0] }
    #expect((10...70).contains(some.filter { $0 == 0x8000 }.count))
    #expect((0..<200).allSatisfy { read(memory, .holding, 2..<3, second: Int64($0))[0] != 0x8000 })
  }
}

/// A profile with these points.
func simulatedProfile(
  _ points: [ProfilePoint], requests: RequestRules = RequestRules(), selfTests: [SelfTest] = [],
  writes: [WritePoint] = []
) -> DeviceProfile {
  DeviceProfile(
    name: "probe", vendor: "Maker", model: "M1", status: .simulated, requests: requests, points: points,
    selfTests: selfTests, writes: writes)
}

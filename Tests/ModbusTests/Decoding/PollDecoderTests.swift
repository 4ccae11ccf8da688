import Devices
import Shopfloor
import Testing

@testable import Modbus

@Suite struct PollDecoderTests {
  private func point(
    _ name: String, _ address: Int, _ type: PointType = .uint16, by source: ScaleSource? = nil, scale: Double = 1,
    offset: Double = 0
  ) -> ProfilePoint {
    ProfilePoint(
      name: name, table: .holding, address: address, type: type, wordOrder: nil, scale: scale, offset: offset,
      scaleSource: source, maximum: 1e12)
  }

  private func mapped(_ point: ProfilePoint, _ parameters: [UInt32]) -> MappedPoint {
    MappedPoint(point: point, parameters: parameters.map { ParameterIndex($0) })
  }

  private func block(_ points: [MappedPoint], _ slots: ScaleSlots = ScaleSlots([])) -> ReadBlock {
    let lower = points.map(\.point.address).min() ?? 0
    let upper = points.map(\.point.addresses.upperBound).max() ?? 1
    return ReadBlock(
      request: ReadRequest(table: .holding, address: lower, count: upper - lower), points: points, slots: slots)
  }

  private func time(_ microseconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds) }

  @Test func repliesMayComeInAnyOrderEachWithItsOwnTime() {
    var decoder = PollDecoder(
      ReadPlan(blocks: [block([mapped(point("a", 0), [1])]), block([mapped(point("b", 9), [2, 3])])]), at: time(0))
    decoder.accept(1, data: [0, 43], at: time(10))
    #expect(!decoder.isFinished && decoder.isOutstanding(0) && !decoder.isOutstanding(1))
    decoder.accept(0, data: [0, 42], at: time(20))
    #expect(decoder.isFinished && decoder.answeredBlocks == 2)
    let readings = decoder.takeResult().readings
    #expect(readings.map(\.parameter.rawValue) == [2, 3, 1])
    #expect(readings.map(\.value) == [43, 43, 42])
    #expect(readings.map(\.time.microseconds) == [10, 10, 20])
    #expect(decoder.takeResult().readings.isEmpty)
  }

  @Test func aBlockHasOneOutcome() {
    var decoder = PollDecoder(ReadPlan(blocks: [block([mapped(point("a", 0), [1])])]), at: time(0))
    decoder.accept(0, data: [0, 42], at: time(10))
    decoder.fail(0, .badTimeout, at: time(20))
    decoder.accept(0, data: [0, 44], at: time(30))
    decoder.failRest(.badTimeout, at: time(40))
    #expect(decoder.takeResult().readings.map(\.value) == [42])
  }

  @Test func replacementsFollowAndGiveTheReadingsOfTheReplacedBlock() {
    let (a, b) = (mapped(point("a", 0), [1]), mapped(point("b", 1), [2]))
    var decoder = PollDecoder(ReadPlan(blocks: [block([a, b])]), at: time(0))
    decoder.replace(0, with: [block([a]), block([b])])
    #expect(decoder.outstanding == 2 && decoder.blocks.count == 3)
    decoder.accept(1, data: [0, 5], at: time(1))
    decoder.fail(2, .badDeviceException, detail: 2, at: time(2))
    let readings = decoder.takeResult().readings
    #expect(readings.map(\.quality) == [.good, .badDeviceException])
    #expect(readings.map(\.detail) == [0, 2])
    #expect(decoder.isFinished)
  }

  @Test func pointsThatTheDeviceRefusesAreBadInEveryPoll() {
    let plan = ReadPlan(
      blocks: [block([mapped(point("a", 0), [1])])],
      refused: [ReadPlan.Refused(parameters: [ParameterIndex(7), ParameterIndex(8)], exception: 2)])
    #expect(plan.readingCount == 3)
    var decoder = PollDecoder(plan, at: time(3))
    for poll in 1...3 {
      decoder.accept(0, data: [0, 1], at: time(5))
      let readings = decoder.takeResult().readings
      #expect(readings.map(\.parameter.rawValue) == [7, 8, 1], "poll \(poll)")
      #expect(readings.map(\.quality) == [.badDeviceException, .badDeviceException, .good])
      #expect(readings.map(\.detail) == [2, 2, 0])
      decoder.start(plan, at: time(3))
    }
  }

  @Test(
    arguments: [
      (ScaleSource.Meaning.decimalPlaces, 1, 1805, 180.5), (.decimalPlaces, 0, 1805, 1805),
      (.exponent, 0xFFFF, 1805, 180.5), (.exponent, 2, 18, 1800), (.factor, 4, 18, 72),
      (.codes([0: 0.01, 7: 1000]), 0, 1805, 18.05), (.codes([0: 0.01, 7: 1000]), 7, 2, 2000),
      (.codes([0: 0.01]), 1, 1805, nil), (.decimalPlaces, 999, 1805, nil), (.factor, 0, 1805, nil),
      (.exponent, 0x8000, 1805, nil),
    ] as [(ScaleSource.Meaning, UInt16, UInt16, Double?)])
  func anotherPointOfThePollScales(meaning: ScaleSource.Meaning, said: UInt16, raw: UInt16, value: Double?) {
    let scaled = mapped(point("v", 0, by: ScaleSource(point: "s", meaning: meaning)), [1])
    let source = mapped(point("s", 50, .int16), [])
    let slots = ScaleSlots([scaled.point, source.point])
    let plan = ReadPlan(blocks: [block([scaled], slots), block([source], slots)], scaleSlotCount: slots.count)
    for sourceFirst in [false, true] {
      var decoder = PollDecoder(plan, at: time(0))
      for index in sourceFirst ? [1, 0] : [0, 1] {
        let word = index == 0 ? raw : said
        decoder.accept(index, data: [UInt8(word >> 8), UInt8(word & 0xFF)], at: time(Int64(index)))
      }
      let readings = decoder.takeResult().readings
      #expect(readings.count == 1)
      #expect(readings.first?.quality == (value == nil ? .badScaleUnavailable : .good))
      #expect(readings.first?.value == value ?? 0)
      #expect(readings.first?.raw == UInt64(raw) && readings.first?.time == time(0))
    }
  }

  @Test func theScaleWorksBesideThePointsOwnAndBeforeItsOffsetAndRange() {
    var limited = point("v", 0, by: ScaleSource(point: "s", meaning: .decimalPlaces), scale: 2, offset: -40)
    (limited.minimum, limited.maximum) = (-50, 100)
    let source = mapped(point("s", 1, .int16), [9])
    let slots = ScaleSlots([limited])
    let plan = ReadPlan(blocks: [block([mapped(limited, [1, 2]), source], slots)], scaleSlotCount: slots.count)
    var decoder = PollDecoder(plan, at: time(0))
    decoder.accept(0, data: [0x01, 0xF4, 0, 1], at: time(1))
    #expect(decoder.takeResult().readings.map(\.value) == [60, 60, 1])
    decoder.start(plan, at: time(2))
    decoder.accept(0, data: [0x01, 0xF4, 0, 0], at: time(3))
    #expect(decoder.takeResult().readings.map(\.quality) == [.badOutOfRange, .badOutOfRange, .good])
  }

  @Test func withoutItsScaleAValueIsNoValue() {
    let scaled = mapped(point("v", 0, by: ScaleSource(point: "s", meaning: .factor)), [1])
    let source = mapped(point("s", 50), [2])
    let slots = ScaleSlots([scaled.point])
    let plan = ReadPlan(blocks: [block([scaled], slots), block([source], slots)], scaleSlotCount: 1)
    var decoder = PollDecoder(plan, at: time(0))
    decoder.accept(1, data: [0, 3], at: time(1))
    decoder.accept(0, data: [0, 2], at: time(1))
    #expect(decoder.takeResult().readings.map(\.value) == [3, 6])
    // The scale of the last poll says nothing about this one.
    decoder.start(plan, at: time(2))
    decoder.accept(0, data: [0, 2], at: time(3))
    decoder.fail(1, .badTimeout, at: time(4))
    #expect(decoder.takeResult().readings.map(\.quality) == [.badScaleUnavailable, .badTimeout])
  }

  @Test func aTextIsToldWhenItChanges() {
    var memory = TextMemory()
    func text(_ parameter: UInt32, _ words: [UInt16]) -> TextReading {
      TextReading(parameter: ParameterIndex(parameter), time: time(0), text: "\(words)", words: words)
    }
    #expect(memory.changes(in: [text(1, [1]), text(2, [1])]).count == 2)
    #expect(memory.changes(in: [text(1, [1]), text(2, [2])]).map(\.parameter.rawValue) == [2])
    #expect(memory.changes(in: [text(1, [1]), text(2, [2])]).isEmpty)
    memory.forget()
    #expect(memory.changes(in: [text(1, [1]), text(2, [2])]).count == 2)
  }
}

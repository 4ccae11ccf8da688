import Shopfloor
import Testing

@testable import Recorder

@Suite("Gates")
struct GateTrackTests {
  private static func at(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

  private static func gate(after seconds: Int64 = 0, _ readings: [(second: Int64, value: Double)]) -> GateTrack {
    var gate = GateTrack(
      plan: GatePlan(
        name: "warm", parameter: "seal.temperature", condition: .above(level: 170, hysteresis: 5),
        afterMicroseconds: seconds * 1_000_000))
    for reading in readings { gate.take(reading.value, at: at(reading.second)) }
    return gate
  }

  struct Case: Sendable {
    var note: String
    var after: Int64 = 0
    var readings: [(Int64, Double)]
    var from: Int64
    var to: Int64
    var isOpen: Bool
  }

  static let cases: [Case] = [
    Case(note: "no reading yet", readings: [], from: 0, to: 1, isOpen: false),
    Case(note: "not warm", readings: [(0, 160)], from: 1, to: 2, isOpen: false),
    Case(note: "on the level is not above", readings: [(0, 170)], from: 1, to: 2, isOpen: false),
    Case(note: "warm from the first reading on", readings: [(0, 171)], from: 0, to: 9, isOpen: true),
    Case(note: "warm only after the beginning", readings: [(0, 160), (2, 171)], from: 1, to: 9, isOpen: false),
    Case(note: "warm from the very beginning", readings: [(0, 160), (2, 171)], from: 2, to: 9, isOpen: true),
    Case(note: "within the hysteresis", readings: [(0, 171), (3, 166)], from: 1, to: 9, isOpen: true),
    Case(note: "cold before the end", readings: [(0, 171), (5, 160)], from: 1, to: 6, isOpen: false),
    Case(note: "cold with the end", readings: [(0, 171), (5, 160)], from: 1, to: 5, isOpen: true),
    Case(note: "cold between", readings: [(0, 171), (3, 160), (4, 171)], from: 1, to: 6, isOpen: false),
    Case(note: "not warm for long enough", after: 5, readings: [(0, 160), (1, 171)], from: 5, to: 9, isOpen: false),
    Case(note: "warm for just long enough", after: 5, readings: [(0, 160), (1, 171)], from: 6, to: 9, isOpen: true),
  ]

  @Test("a gate is open where its condition held all the while", arguments: cases)
  func isOpen(_ one: Case) {
    let gate = Self.gate(after: one.after, one.readings.map { ($0.0, $0.1) })
    #expect(gate.isOpen(from: Self.at(one.from), to: Self.at(one.to)) == one.isOpen, "\(one.note)")
  }

  @Test("missing readings close a gate until one shows that it holds, and the wait begins anew")
  func missing() {
    var gate = Self.gate(after: 5, [(0, 171)])
    #expect(gate.isOpen(from: Self.at(10), to: Self.at(20)))
    gate.recordMissingReadings(at: Self.at(15))
    #expect(gate.isOpen(from: Self.at(10), to: Self.at(15)) && !gate.isOpen(from: Self.at(10), to: Self.at(20)))
    gate.take(171, at: Self.at(18))
    #expect(!gate.isOpen(from: Self.at(20), to: Self.at(21)) && gate.isOpen(from: Self.at(23), to: Self.at(30)))
  }

  @Test("a gate that chatters remembers the latest stretches alone")
  func bound() {
    var gate = Self.gate([])
    for second in Int64(0)..<1_000 { gate.take(second.isMultiple(of: 2) ? 171 : 160, at: Self.at(second)) }
    #expect(gate.isOpen(from: Self.at(998), to: Self.at(999)))
    let remembered = (Int64(0)..<500).count { gate.isOpen(from: Self.at($0 * 2), to: Self.at($0 * 2 + 1)) }
    #expect(remembered == GateTrack.maximumStretches)
  }
}

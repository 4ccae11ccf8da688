import Foundation
import Shopfloor
import Testing

@testable import Ledger

@Suite("Canonical bytes of frequent events")
struct FrequentEventTests {
  private static let texts = [
    "R-1", "a/b", "密封 温度", "°C", "", "e\u{301}", "\u{2028}", "😀", "quote \"", "back \\", "tab \t", "\u{7F}",
  ]
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.1, 185.03, 1e-5, 1e15, 1e16, 1.5e17, 1e100, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    1.0 / 3,
    123_456_789_012_345_680,
  ]

  private func envelope(_ event: Event, _ actor: String, _ random: inout SeededGenerator) -> EventChain.Envelope {
    EventChain.Envelope(
      sequence: .random(in: 0 ... .max, using: &random), time: Self.time(&random),
      monotonic: .random(in: .min ... .max, using: &random), actor: actor, derived: .random(using: &random),
      event: event)
  }

  private static func time(_ random: inout SeededGenerator) -> Timestamp {
    Timestamp(microseconds: [0, .min, .max, .random(in: -10...10, using: &random)].randomElement(using: &random) ?? 0)
  }

  /// Nil where the text cannot be a name.
  private static func name<Kind>(_ random: inout SeededGenerator) -> Identifier<Kind>? {
    do throws(OutsideTextFault) {
      return try Identifier(texts.randomElement(using: &random) ?? "")
    } catch {
      return nil
    }
  }

  private static func number(_ random: inout SeededGenerator) -> Double {
    let anyBits = Double(bitPattern: random.next())
    return Bool.random(using: &random) && anyBits.isFinite ? anyBits : numbers.randomElement(using: &random) ?? 0
  }

  private static func event(_ random: inout SeededGenerator) -> Event {
    let run: RunID = name(&random) ?? "R-1"
    let cycle = Int.random(in: .min ... .max, using: &random)
    let causes: [CycleEnded.PartialCause?] = [nil, .alreadyRunningAtStart, .runEnded, .readingsMissing]
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .cycleStarted(CycleStarted(run: run, cycle: cycle, at: time(&random)))
    case 1:
      return .cycleEnded(
        CycleEnded(
          run: run, cycle: cycle, startedAt: time(&random), endedAt: time(&random),
          durationMicroseconds: .random(in: .min ... .max, using: &random),
          partial: causes.randomElement(using: &random) ?? nil))
    default:
      return .characteristicTaken(
        CharacteristicTaken(
          run: run, cycle: cycle, characteristic: name(&random) ?? "mean", value: number(&random),
          unit: texts.randomElement(using: &random) ?? "", readings: cycle, at: time(&random),
          charted: .random(using: &random)))
    }
  }

  @Test("are those of the general encoder, or left to it", arguments: [1, 2, 3] as [UInt64])
  func sameBytes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let encoder = EventChain.makeEncoder()
    var compared = 0
    for _ in 0..<3_000 {
      let actor = ["recorder", "person \"P\"", "设备"].randomElement(using: &random) ?? ""
      let envelope = envelope(Self.event(&random), actor, &random)
      let general = [UInt8](try encoder.encode(envelope))
      guard let frequent = EventChain.frequentBytes(of: envelope) else { continue }
      compared += 1
      #expect(
        frequent == general,
        "\(String(decoding: frequent, as: UTF8.self)) is not \(String(decoding: general, as: UTF8.self))")
    }
    #expect(compared > 500)
  }

  @Test("leave texts that need escapes, numbers that are none, and other events to the general encoder")
  func leftToTheGeneralEncoder() throws {
    var random = SeededGenerator(seed: 4)
    func isLeft(_ event: Event) -> Bool { EventChain.frequentBytes(of: envelope(event, "recorder", &random)) == nil }
    func taken(unit: String, value: Double) -> Event {
      .characteristicTaken(
        CharacteristicTaken(
          run: "R-1", cycle: 1, characteristic: "mean", value: value, unit: unit, readings: 3,
          at: Timestamp(microseconds: 0), charted: true))
    }
    #expect(!isLeft(taken(unit: "°C", value: 1)))
    for unit in ["\"", "\\", "\n", "\u{0}"] { #expect(isLeft(taken(unit: unit, value: 1))) }
    #expect(isLeft(taken(unit: "°C", value: .infinity)))
    #expect(isLeft(.recordingStopped(RecordingStopped(reason: "asked"))))
  }
}

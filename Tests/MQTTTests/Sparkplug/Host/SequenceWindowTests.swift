import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct SequenceWindowTests {
  static func message(_ number: Int, second: Int64 = 0, bytes: Int = 1) -> NodeMessage {
    NodeMessage(
      kind: .nodeData, device: nil, payload: SparkplugPayload(), topic: "t\(number)",
      bytes: [UInt8](repeating: 1, count: bytes),
      receivedAt: ClockReading(
        utc: Timestamp(microseconds: second * 1_000_000), monotonicMicroseconds: second * 1_000_000))
  }

  /// Numbers that came, "-2" where two are missing, "-?" where nobody knows, "(3)" for one that came late, "[9]" for one
  /// from behind.
  static func words(_ steps: [SequenceWindow.Step], _ names: [UInt64: Int]) -> [String] {
    steps.map { step in
      switch step {
      case .message(let message): "\(names[message.fingerprint] ?? -1)"
      case .late(let message): "(\(names[message.fingerprint] ?? -1))"
      case .stray(let message): "[\(names[message.fingerprint] ?? -1)]"
      case .missing(let count, _, _, _, _): count.map { "-\($0)" } ?? "-?"
      }
    }
  }

  @Test(
    arguments: [
      ([0, 1, 2, 3], ["0", "1", "2", "3"]),
      ([254, 255, 0, 1], ["254", "255", "0", "1"]),
      ([0, 2, 1, 3], ["0", "1", "2", "3"]),
      ([0, 3, 2, 1, 4], ["0", "1", "2", "3", "4"]),
      ([255, 1, 0], ["255", "0", "1"]),
      ([0, 1, 1, 0, 2], ["0", "1", "2"]),
      ([0, 2, 2, 1], ["0", "1", "2"]),
      ([0, 2, 3], ["0", "-1", "2", "3"]),
      ([0, 5, 7], ["0", "-4", "5", "-1", "7"]),
      ([254, 2], ["254", "-3", "2"]),
      ([57, 1, 2], ["57", "-?", "1", "2"]),
    ] as [([Int], [String])])
  func numbersComeInOrderOnceAndHolesAreCounted(_ sent: [Int], _ expected: [String]) {
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    let names = Dictionary(uniqueKeysWithValues: Set(sent).map { (Self.message($0).fingerprint, $0) })
    var steps = sent.flatMap { window.take(UInt8($0), Self.message($0)) }
    #expect(window.timePassed(1_999_999).isEmpty)
    steps += window.timePassed(2_000_000)
    #expect(Self.words(steps, names) == expected)
    #expect(window.deadline == nil)
  }

  @Test func aHoleHasItsExactExtent() {
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    _ = window.take(9, Self.message(9, second: 10))
    #expect(window.take(12, Self.message(12, second: 13)).isEmpty)
    #expect(window.take(13, Self.message(13, second: 14)).isEmpty)
    #expect(
      window.timePassed(15_000_000).first
        == .missing(
          count: 2, expected: 10, came: 12, from: Timestamp(microseconds: 10_000_000),
          until: Timestamp(microseconds: 13_000_000)))
  }

  @Test func whatCameTooLateIsToldAsLate() {
    var window = SequenceWindow(patienceMicroseconds: 0, at: Timestamp(microseconds: 0))
    let names = Dictionary(uniqueKeysWithValues: (0...3).map { (Self.message($0).fingerprint, $0) })
    let steps = [0, 2, 1, 1, 3].flatMap { window.take(UInt8($0), Self.message($0)) }
    #expect(Self.words(steps, names) == ["0", "-1", "2", "(1)", "3"])
    #expect(window.duplicates == 1)
  }

  /// Joined in the middle, the first message had overtaken the one before it: nothing is missing.
  @Test(
    arguments: [
      ([10, 9, 11, 12, 13, 14], ["10", "11", "12", "13", "14", "[9]"]),
      ([0, 200, 1, 2, 3], ["0", "1", "2", "3", "[200]"]),
      ([10, 8, 9, 11, 12], ["10", "11", "12", "[8]", "[9]"]),
      // Nothing came where the count was: the node began again.
      ([10, 0, 1], ["10", "-?", "0", "1"]),
    ] as [([Int], [String])])
  func aStragglerDoesNotTurnTheCountBack(_ sent: [Int], _ expected: [String]) {
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    let names = Dictionary(uniqueKeysWithValues: Set(sent).map { (Self.message($0).fingerprint, $0) })
    var steps = sent.flatMap { window.take(UInt8($0), Self.message($0)) }
    steps += window.timePassed(2_000_000)
    #expect(Self.words(steps, names) == expected)
    #expect(window.expected == sent.last.map { UInt8($0 + 1) })
    #expect(window.deadline == nil)
  }

  @Test func whatWaitsIsBounded() {
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    _ = window.take(0, Self.message(0))
    var steps: [SequenceWindow.Step] = []
    for number in 2..<200 { steps += window.take(UInt8(number), Self.message(number)) }
    #expect(steps.count == 199, "one hole and 198 messages, none of which waits any longer")
    var fat = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    _ = fat.take(0, Self.message(0))
    #expect(fat.take(2, Self.message(2, bytes: SequenceWindow.maximumHeldBytes + 1)).count == 2)
    #expect(fat.expected == 3)
  }

  @Test func twoMessagesOfOneNumberEndTheWaiting() {
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    _ = window.take(0, Self.message(0))
    #expect(window.take(5, Self.message(5)).isEmpty)
    let steps = window.take(5, Self.message(105))
    let names = [Self.message(5).fingerprint: 5, Self.message(105).fingerprint: 105]
    #expect(Self.words(steps, names) == ["-4", "5", "-?", "105"])
  }

  /// Whatever is lost, doubled or overtaken by less than the window: in order, once, and every hole is told.
  @Test(arguments: 1...40) func randomLossNeverMixesMessages(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var window = SequenceWindow(patienceMicroseconds: 2_000_000, at: Timestamp(microseconds: 0))
    var sent: [Int] = []
    for number in 0..<2_000 where number == 0 || Int.random(in: 0..<40, using: &generator) > 0 {
      sent.append(number)
      if Int.random(in: 0..<20, using: &generator) == 0 { sent.append(number) }
      if sent.count > 12, Int.random(in: 0..<10, using: &generator) == 0 {
        sent.swapAt(sent.count - 1, sent.count - Int.random(in: 2...6, using: &generator))
      }
    }
    let names = Dictionary(uniqueKeysWithValues: Set(sent).map { (Self.message($0).fingerprint, $0) })
    var came: [Int] = []
    var missing = 0
    var late = 0
    func see(_ steps: [SequenceWindow.Step]) {
      for step in steps {
        switch step {
        case .message(let message): came.append(names[message.fingerprint] ?? -1)
        case .late, .stray: late += 1
        case .missing(let count, _, _, _, _): missing += count ?? 0
        }
      }
    }
    for (place, number) in sent.enumerated() {
      let second = Int64(place) / 4
      see(window.timePassed(second * 1_000_000))
      see(window.take(UInt8(number % 256), Self.message(number, second: second)))
    }
    see(window.giveUp())
    #expect(came == came.sorted() && Set(came).count == came.count)
    #expect(Set(came).count + late == Set(sent).count)
    #expect(missing - late == 2_000 - Set(sent).count - (1_999 - (sent.max() ?? 0)))
  }
}

import ArgumentParser
import Foundation
import Labels

/// Labels of every scheme, damaged: whatever comes, the reading keeps the bytes and is sound or says what is wrong.
struct LabelRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels", abstract: "Labels of every scheme from bytes to reading.")

  @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
  @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
  @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1
  @Option(help: "Folder of cases whose labels are mutated.") var cases = Self.ownCases

  static let ownCases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Cases").path

  func run() throws {
    let corpus = try LabelCorpus(below: cases)
    var tally = LabelTally()
    let start = ContinuousClock.now
    var round = 0
    while round < rounds, start.duration(to: .now) < .seconds(seconds) {
      var fuzz = LabelFuzz(seed: seed &+ UInt64(round), corpus: corpus)
      do {
        try fuzz.run(labels: 500, &tally)
      } catch let finding as FuzzFinding {
        print("round \(round): \(finding). Again: fuzz labels --seed \(seed &+ UInt64(round)) --rounds 1")
        throw ExitCode.failure
      }
      round += 1
    }
    print("\(round) rounds: \(tally)")
    guard tally.isConvincing || round < 20 else {
      print("the rounds did not reach what they are for")
      throw ExitCode.failure
    }
  }
}

/// The labels of the case folders, and a few of every scheme.
struct LabelCorpus {
  private(set) var labels: [[UInt8]]

  init(below folder: String) throws {
    labels = [
      "]d20109521234543213172612311030AB\u{1D}30144", "]C100006141411234567890", "]E09520123456788", "]E402345673",
      "]Q1https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426", "(01)09521234543213(10)A(17)270131",
      "+A99912345/$$52001510X3", "+2001510X3GG", "+A123BJC5D6E71G", "+$$3271231LOT5A1",
      "[)>\u{1E}06\u{1D}P123\u{1D}1T4711\u{1D}Q10\u{1D}14D20271231\u{1E}\u{4}", "30740242201D8840009EFDF7",
      "3114F4E4E4B3A2C0D0000000", "P-4711", "LOTWIRE:END", "批次 42",
    ].map { Array($0.utf8) }
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return }
    for file in walk.compactMap({ $0 as? String }).sorted()
    where file.hasPrefix("labels-") && file.hasSuffix("case.txt") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for line in text.split(separator: "\n") where !line.hasPrefix(" ") && !line.hasPrefix("#") {
        labels.append(Array(line.replacing("{GS}", with: "\u{1D}").utf8))
        // The two forms that people write for element strings, as a scanner sends them.
        if line.hasPrefix("^") || line.hasPrefix("(") {
          let text = line.dropFirst().replacing("^", with: "\u{1D}").replacing("(", with: "\u{1D}")
          labels.append(Array("]C1\(text.replacing(")", with: ""))".utf8))
        }
      }
    }
  }
}

/// What the rounds reached.
struct LabelTally: CustomStringConvertible {
  var good: [LabelReading.Scheme: Int] = [:]
  var faulty: [LabelFault.Name: Int] = [:]

  var isConvincing: Bool {
    [.gs1, .digitalLink, .gtin, .plain].allSatisfy { good[$0, default: 0] > 0 } && faulty.count > 20
  }

  var description: String {
    let schemes = good.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    return "good labels: \(schemes.joined(separator: ", ")); \(faulty.values.reduce(0, +)) refused with "
      + "\(faulty.count) different faults"
  }
}

struct LabelFuzz {
  private var generator: SplitMix
  private let corpus: LabelCorpus
  private let receiving = LabelReader()
  private let strict = LabelReader(profile: .strict)

  init(seed: UInt64, corpus: LabelCorpus) {
    generator = SplitMix(state: seed)
    self.corpus = corpus
  }

  mutating func run(labels count: Int, _ tally: inout LabelTally) throws {
    for _ in 0..<count {
      let raw = damaged(corpus.labels.randomElement(using: &generator) ?? [])
      let year = Int.random(in: 1990...2110, using: &generator)
      let reading = receiving.read(raw, referenceYear: year)
      do {
        try check(reading, raw)
        try compare(reading, raw, year)
      } catch let finding as FuzzFinding {
        throw FuzzFinding("\(finding) (bytes \(raw), year \(year))")
      }
      if let fault = reading.fault {
        tally.faulty[fault.name, default: 0] += 1
      } else {
        tally.good[reading.scheme, default: 0] += 1
      }
    }
  }

  // MARK: What must hold

  /// Of every reading.
  private func check(_ reading: LabelReading, _ raw: [UInt8]) throws {
    guard reading.raw == raw else { throw FuzzFinding("the bytes were changed") }
    guard Set(reading.flags).count == reading.flags.count else { throw FuzzFinding("a flag stands twice") }
    for fault in reading.faults {
      guard (0...raw.count).contains(fault.byteOffset) else { throw FuzzFinding("\(fault.name) lies outside") }
      for words in [fault.words.english, fault.words.chinese] {
        guard !words.isEmpty, words.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
          throw FuzzFinding("\(fault.name) says \(words.debugDescription)")
        }
      }
    }
    guard reading.fault == nil else { return }
    for key in reading.keys where [.gtin, .sscc, .gln].contains(key.kind) {
      guard Self.hasRightCheckDigit(key.value) else { throw FuzzFinding("\(key.kind) \(key.value) was accepted") }
    }
    for date in [reading.expiry, reading.made, reading.bestBefore].compactMap({ $0 }) {
      guard (1...12).contains(date.month), (1...31).contains(date.day), (0..<1440).contains(date.minuteOfDay ?? 0)
      else { throw FuzzFinding("\(date) was accepted") }
    }
    // What stands in an element string stands in the bytes.
    guard reading.scheme == .gs1 else { return }
    for value in [reading.lot, reading.serial, reading.container].compactMap({ $0 }) + reading.other.map(\.value)
    where !Self.holds(raw, Array(value.utf8)) {
      throw FuzzFinding("\(value) does not stand in the label")
    }
  }

  /// Strict accepts nothing that receiving refuses; the AIM identifier may come apart from the text.
  private func compare(_ reading: LabelReading, _ raw: [UInt8], _ year: Int) throws {
    let judged = strict.read(raw, referenceYear: year)
    if judged.fault == nil, reading.fault != nil { throw FuzzFinding("strict accepts what receiving refuses") }
    if judged.fault == nil, judged.keys != reading.keys || judged.lot != reading.lot {
      throw FuzzFinding("the profiles read different things")
    }
    guard let aim = reading.aimIdentifier, raw.count >= 3 else { return }
    let apart = receiving.read(Array(raw.dropFirst(3)), aimIdentifier: aim, referenceYear: year)
    guard apart.scheme == reading.scheme, apart.keys == reading.keys, apart.lot == reading.lot,
      apart.faults.map(\.name) == reading.faults.map(\.name)
    else { throw FuzzFinding("the AIM identifier apart from the text changes the reading") }
  }

  private static func hasRightCheckDigit(_ text: String) -> Bool {
    let digits = text.compactMap(\.wholeNumberValue)
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() { sum += index % 2 == 0 ? digit : digit * 3 }
    return digits.count == text.count && sum % 10 == 0
  }

  private static func holds(_ raw: [UInt8], _ value: [UInt8]) -> Bool {
    value.isEmpty || raw.indices.contains { raw[$0...].starts(with: value) }
  }

  // MARK: Damage

  private mutating func damaged(_ label: [UInt8]) -> [UInt8] {
    var raw = label
    for _ in 0..<Int.random(in: 0...3, using: &generator) { damage(&raw) }
    return raw
  }

  private mutating func damage(_ raw: inout [UInt8]) {
    let place = Int.random(in: 0...raw.count, using: &generator)
    let odd = Array("]C1d2{}()/%?&=+$~0017213A \u{1D}\u{1E}\u{4}\u{0}\u{1D}".utf8)
    switch Int.random(in: 0...8, using: &generator) {
    case 0 where place < raw.count: raw.remove(at: place)
    case 1: raw.insert(odd.randomElement(using: &generator) ?? 0, at: place)
    case 2 where place < raw.count: raw[place] = odd.randomElement(using: &generator) ?? 0
    case 3 where place < raw.count: raw[place] = UInt8.random(in: 0...255, using: &generator)
    case 4: raw.removeSubrange(place...)
    case 5:
      let other = corpus.labels.randomElement(using: &generator) ?? []
      raw.replaceSubrange(place..., with: other.dropFirst(Int.random(in: 0...3, using: &generator)))
    case 6 where place + 1 < raw.count: raw.swapAt(place, place + 1)
    case 7 where place < raw.count && raw[place] >= 0x30 && raw[place] <= 0x39:
      raw[place] = UInt8.random(in: 0x30...0x39, using: &generator)
    default:
      let more = Int.random(in: 0...600, using: &generator)
      if more > 560 { raw += [UInt8](repeating: UInt8.random(in: 0x20...0x7E, using: &generator), count: more) }
    }
  }
}

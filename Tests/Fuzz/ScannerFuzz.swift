import ArgumentParser
import Scanners

/// Reports and bytes of scanners: keyboards of every layout, HID POS and serial lines.
struct ScannerRounds: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scanners", abstract: "Key reports, HID POS reports and serial bytes from report to label.")

  @Option(help: "Time to go on, in seconds.") var seconds: Double = 600
  @Option(help: "Rounds after which to stop earlier.") var rounds: Int = .max
  @Option(help: "Seed of the first round; each round has the next.") var seed: UInt64 = 1

  func run() throws {
    var tally = ScannerTally()
    let start = ContinuousClock.now
    var round = 0
    while round < rounds, start.duration(to: .now) < .seconds(seconds) {
      var fuzz = ScannerFuzz(seed: seed &+ UInt64(round))
      do {
        switch round % 4 {
        case 0: try fuzz.keys(&tally)
        case 1: try fuzz.pointOfSale(&tally)
        case 2: try fuzz.bytes(&tally)
        default: try fuzz.calibration(&tally)
        }
      } catch let finding as FuzzFinding {
        let roundSeed = seed &+ UInt64(round) &- UInt64(round % 4)
        print("round \(round): \(finding). Again: fuzz scanners --seed \(roundSeed) --rounds \(round % 4 + 1)")
        throw ExitCode.failure
      }
      round += 1
    }
    print("\(round) rounds: \(tally)")
    guard tally.isConvincing || round < 40 else {
      print("the rounds did not reach what they are for")
      throw ExitCode.failure
    }
  }
}

/// What the rounds reached.
struct ScannerTally: CustomStringConvertible {
  var keyLabels = 0
  var flaggedLabels = 0
  var pointOfSaleLabels = 0
  var partialsDropped = 0
  var byteLabels = 0
  var calibrationsRefused = 0

  var isConvincing: Bool {
    keyLabels > 0 && flaggedLabels > 0 && pointOfSaleLabels > 0 && partialsDropped > 0 && byteLabels > 0
      && calibrationsRefused > 0
  }

  var description: String {
    "\(keyLabels) labels from keys (\(flaggedLabels) flagged), \(pointOfSaleLabels) from HID POS, \(byteLabels) from "
      + "bytes; \(partialsDropped) unfinished labels dropped, \(calibrationsRefused) calibrations refused"
  }
}

struct ScannerFuzz {
  /// No label is longer, whatever comes: the reader of labels refuses from 512 bytes on.
  private static let longestLabel = 576

  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  // MARK: Rounds

  /// The same reports twice, once with some of them repeated: the labels are the same. A roll-over spoils the next one.
  mutating func keys(_ tally: inout ScannerTally) throws {
    let form = form()
    var plain = KeyDecoder(form), noisy = KeyDecoder(form)
    var now: Int64 = 0
    for _ in 0..<600 {
      let report = keyReport()
      now += chance(50) ? Int64.random(in: 0...3_000_000, using: &random) : 8_000
      if chance(80) {
        let events = plain.detached()
        try same(events, noisy.detached(), "after a detach")
        continue
      }
      let events = plain.take(report, at: now)
      var others = noisy.take(report, at: now)
      if chance(3) { others += noisy.take(report, at: now) }
      try same(events, others, "with repeated reports")
      for event in events {
        switch event {
        case .label(let label):
          try checked(label)
          guard String(validating: label.bytes, as: UTF8.self) != nil || label.bytes.count > 512 else {
            throw FuzzFinding("keys became bytes that are no text: \(label.bytes)")
          }
          tally.keyLabels += 1
          if !label.flags.subtracting([.uncalibrated]).isEmpty { tally.flaggedLabels += 1 }
        case .partialDropped: tally.partialsDropped += 1
        }
      }
    }
    guard plain.counters.labels == noisy.counters.labels else { throw FuzzFinding("the counts differ") }
    _ = noisy.take([0, 0, 1, 1, 1, 1, 1, 1], at: now)
    for _ in 0..<100 {
      for case .label(let label) in noisy.take(keyReport(), at: now) {
        guard label.flags.contains(.incomplete) else { throw FuzzFinding("lost keys left no mark: \(label.bytes)") }
        return
      }
    }
  }

  /// Labels of whole reports come back; damaged reports in between never lengthen or mix them.
  mutating func pointOfSale(_ tally: inout ScannerTally) throws {
    let shift = Int.random(in: 0...1, using: &random)
    var assembler = PointOfSaleAssembler(variant: PointOfSaleAssembler.Variant(rawValue: shift))
    var now: Int64 = 0
    for _ in 0..<60 {
      let text = (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0x1D...0x7E, using: &random)
      }
      var reports = pointOfSaleReports(text, shift)
      let isDamaged = chance(2)
      if isDamaged { damage(&reports) }
      if chance(8) { tally.partialsDropped += assembler.detached().count }
      var labels: [ScannedText] = []
      for report in reports {
        now += 1_000
        for case .label(let label) in assembler.take(report, at: now) { labels.append(label) }
      }
      for label in labels { try checked(label) }
      if isDamaged {
        // What a damaged report left behind goes away with its handle.
        tally.partialsDropped += assembler.detached().count
        assembler = PointOfSaleAssembler(variant: PointOfSaleAssembler.Variant(rawValue: shift))
      } else {
        guard labels.count == 1, labels[0].bytes == text else {
          throw FuzzFinding("\(text) came as \(labels.map(\.bytes))")
        }
        tally.pointOfSaleLabels += 1
      }
    }
  }

  /// However the bytes are cut into reads, the labels are the same.
  mutating func bytes(_ tally: inout ScannerTally) throws {
    let frame: [UInt8] = [0x0D, 0x0A, 0x09, 0x03, 0x02]
    let bytes = (0..<2000).map { _ -> UInt8 in
      chance(12)
        ? frame[Int.random(in: 0..<frame.count, using: &random)] : UInt8.random(in: .min ... .max, using: &random)
    }
    var whole = LabelAssembler(), cut = LabelAssembler()
    let expected = whole.take(bytes, at: 0)
    var found: [[UInt8]] = []
    var index = 0
    while index < bytes.count {
      let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
      found += cut.take(bytes[index..<end], at: 0)
      index = end
    }
    guard found == expected else { throw FuzzFinding("cut into reads, the bytes gave other labels") }
    let form = form()
    for label in found {
      try checked(form.label(in: label))
      tally.byteLabels += 1
    }
  }

  /// Noise is never taken for the calibration symbol.
  mutating func calibration(_ tally: inout ScannerTally) throws {
    var calibration = ScannerCalibration()
    for round in 0..<Int.random(in: 1...5000, using: &random) { calibration.take(keyReport(), at: Int64(round)) }
    guard let deadline = calibration.deadline, case .failure(let refusal)? = calibration.result(at: deadline) else {
      throw FuzzFinding("noise was taken for the calibration symbol")
    }
    guard refusal.description.utf8.count < 2000 else { throw FuzzFinding("a refusal of endless length") }
    tally.calibrationsRefused += 1
  }

  // MARK: Making

  private mutating func form() -> ScannerTextForm {
    var form = ScannerTextForm(
      layout: chance(4) ? nil : KeyLayout.all.randomElement(using: &random),
      idleEndMicroseconds: chance(3) ? 100_000 : nil)
    if chance(3) { form.prefix = [0x61] }
    if chance(3) { form.suffix = Array("ß".utf8) }
    if chance(3) { form.separators = [.f8, .substitute(chance(2) ? "~" : "§")] }
    return form
  }

  private mutating func keyReport() -> [UInt8] {
    if chance(40) {
      return (0..<Int.random(in: 0...9, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
    if chance(2) { return [UInt8](repeating: 0, count: 8) }
    var report = [UInt8](repeating: 0, count: 8)
    report[0] = [0, 0, 0, 2, 0x20, 0x40, 1, 4, 5].randomElement(using: &random) ?? 0
    for place in 2..<(chance(6) ? 8 : 3) { report[place] = UInt8.random(in: 4...0x64, using: &random) }
    if chance(12) { report[2] = 0x28 }
    return report
  }

  private func pointOfSaleReports(_ text: [UInt8], _ shift: Int) -> [[UInt8]] {
    stride(from: 0, to: text.count, by: 56).map { start in
      let piece = text[start..<min(text.count, start + 56)]
      var report = [UInt8](repeating: 0, count: 64 + shift)
      report[0] = 2
      report[1 + shift] = UInt8(piece.count)
      report.replaceSubrange((2 + shift)..<(5 + shift), with: Array("]d2".utf8))
      report.replaceSubrange((5 + shift)..<(5 + shift + piece.count), with: piece)
      report[63 + shift] = start + 56 < text.count ? 1 : 0
      return report
    }
  }

  private mutating func damage(_ reports: inout [[UInt8]]) {
    let index = Int.random(in: 0..<reports.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: reports.remove(at: index)
    case 1: reports[index] = Array(reports[index].prefix(Int.random(in: 0...64, using: &random)))
    case 2: reports.insert(reports[index], at: index)
    default:
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<reports[index].count, using: &random)
        reports[index][place] = UInt8.random(in: .min ... .max, using: &random)
      }
    }
  }

  // MARK: Checking

  private func checked(_ label: ScannedText) throws {
    guard label.bytes.count <= Self.longestLabel else { throw FuzzFinding("a label of \(label.bytes.count) bytes") }
  }

  private func same(_ left: [ScanEvent], _ right: [ScanEvent], _ place: String) throws {
    guard left == right else { throw FuzzFinding("\(left) and \(right) \(place)") }
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

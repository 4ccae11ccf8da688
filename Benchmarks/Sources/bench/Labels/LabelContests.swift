import Labels

/// How many labels of each scheme one core reads in a second.
struct LabelContests {
  static let labelsPerRepetition = 300_000

  private struct Contest {
    var name: String
    var aim: Double
    var labels: [(raw: [UInt8], aimIdentifier: String?)]
    var perSecond: [Double] = []
  }

  private let repetitions: Int
  private var contests: [Contest]

  init(repetitions: Int) {
    self.repetitions = repetitions
    contests = [
      Contest(name: "GS1", aim: 300_000, labels: LabelSamples.gs1),
      Contest(name: "HIBC", aim: 500_000, labels: LabelSamples.hibc),
      Contest(name: "EPC", aim: 500_000, labels: LabelSamples.epc),
      Contest(name: "Digital Link", aim: 0, labels: LabelSamples.digitalLink),
      Contest(name: "ISO 15434", aim: 0, labels: LabelSamples.iso15434),
    ]
  }

  mutating func run() throws(BenchFault) {
    let reader = LabelReader(profile: .receiving)
    for repetition in 1...repetitions {
      for index in contests.indices {
        contests[index].perSecond.append(try Self.measure(contests[index].labels, reader))
      }
      Progress.note("labels: repetition \(repetition) of \(repetitions) done")
    }
  }

  private static func measure(_ labels: [(raw: [UInt8], aimIdentifier: String?)], _ reader: LabelReader)
    throws(BenchFault) -> Double
  {
    for label in labels {
      let reading = reader.read(label.raw, aimIdentifier: label.aimIdentifier, referenceYear: 2026)
      if let fault = reading.fault { throw BenchFault("a sample label is refused: \(fault.words.english)") }
      if reading.scheme == .plain { throw BenchFault("\(String(decoding: label.raw, as: UTF8.self)) is read as plain") }
    }
    let rounds = labelsPerRepetition / labels.count
    var kept = 0
    let watch = Stopwatch()
    for _ in 0..<rounds {
      for label in labels {
        kept &+= reader.read(label.raw, aimIdentifier: label.aimIdentifier, referenceYear: 2026).keys.count
      }
    }
    let passed = watch.passed()
    precondition(kept > 0)
    // Processor time: another program on the core is no slowness of ours.
    return Double(rounds * labels.count) / passed.cpuSeconds
  }

  var text: String {
    var table = Table(columns: ["scheme", "labels/s of one core", "aim"], wordColumns: [0])
    for contest in contests {
      table.rows.append([
        contest.name, number(contest.perSecond.median, 0), contest.aim > 0 ? ">= \(number(contest.aim, 0))" : "",
      ])
    }
    return "Labels: from bytes to the neutral record; \(repetitions) repetitions, medians, by processor time\n\n"
      + table.text + "\n"
  }
}

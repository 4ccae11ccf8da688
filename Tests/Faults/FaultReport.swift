import Devices

/// The runs of one case, compared.
struct FaultReport {
  /// The lateness with a fault may be a tenth more than without.
  static let allowedRatio = 1.1
  /// Differences below this are the machine's own, in microseconds: a scheduling delay.
  static let noiseFloorMicroseconds = 1_000.0
  /// Problems of one case that are told.
  static let maximumProblems = 5

  static let heading =
    "case                        good values  wrong   p99 without   spread   p99 with   most without   most with"
  static let legend =
    "Milliseconds, medians of the runs; lateness counts from a device's most punctual poll.\n"
    + "Bound: p99 with <= 1.1 x p99 without + noise; noise is 1 ms or, on a restless machine, the spread of the p99 of\n"
    + "the runs without the fault."

  private let faultCase: FaultCase
  private var without: [FaultOutcome] = []
  private var with: [FaultOutcome] = []

  init(_ faultCase: FaultCase) { self.faultCase = faultCase }

  mutating func add(_ outcome: FaultOutcome, isFaulty: Bool) {
    if isFaulty { with.append(outcome) } else { without.append(outcome) }
  }

  private var lateness99: (without: Double, with: Double) {
    (Self.median(without.map(\.healthyLateness99)), Self.median(with.map(\.healthyLateness99)))
  }

  /// What differs from run to run without any fault.
  private var spread: Double {
    let calm = without.map { Double($0.healthyLateness99) }
    return (calm.max() ?? 0) - (calm.min() ?? 0)
  }

  var problems: [String] {
    var problems = (without + with).flatMap(\.wrongValues)
    for outcome in with where !outcome.shown.fulfils(faultCase) {
      problems.append("the fault did not show as expected: \(outcome.shown.qualities.map(\.name).sorted())")
    }
    let bad = (without + with).reduce(0) { $0 + $1.healthyBadReadings }
    if bad > 0 { problems.append("healthy devices had \(bad) bad readings") }
    let (calm, troubled) = lateness99
    if troubled > calm * Self.allowedRatio + max(Self.noiseFloorMicroseconds, spread) {
      problems.append("healthy devices are later than the bound allows")
    }
    return Array(problems.prefix(Self.maximumProblems))
  }

  var line: String {
    let good = (without + with).reduce(0) { $0 + $1.goodValues }
    let wrong = (without + with).reduce(0) { $0 + $1.wrongValues.count }
    let most = [without, with].map { Self.median($0.map { $0.healthyLateness.last ?? 0 }) }
    return Self.padded(faultCase.name, 27, left: true) + Self.padded("\(good)", 12) + Self.padded("\(wrong)", 7)
      + Self.padded(Self.milliseconds(lateness99.without), 14) + Self.padded(Self.milliseconds(spread), 9)
      + Self.padded(Self.milliseconds(lateness99.with), 11)
      + Self.padded(Self.milliseconds(most[0]), 15) + Self.padded(Self.milliseconds(most[1]), 12)
  }

  private static func median(_ values: [Int64]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func milliseconds(_ microseconds: Double) -> String {
    let tenths = Int((microseconds / 10).rounded())
    let hundredths = "\(tenths % 100)"
    return "\(tenths / 100)." + (hundredths.count < 2 ? "0" : "") + hundredths
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(1, width - text.count))
    return left ? text + space : space + text
  }
}

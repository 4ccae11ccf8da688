import Glibc
import LineSimulation

/// `daysimulation [--seed N] [--seeds COUNT] [--days D] [--steps M] [--fault-rate R] [--lies] [--quiet]`
struct Arguments {
  var firstSeed: UInt64 = 1
  var seedCount: UInt64 = 1
  var days = 1.0
  var steps: Int?
  var faultRate = 1.0
  var lies = false
  var isQuiet = false

  init?(_ words: [String]) {
    var rest = words[...]
    func number<Value: LosslessStringConvertible>(_ type: Value.Type) -> Value? { rest.popFirst().flatMap(Value.init) }
    while let word = rest.popFirst() {
      switch word {
      case "--seed":
        guard let seed = number(UInt64.self) else { return nil }
        firstSeed = seed
      case "--seeds":
        guard let count = number(UInt64.self) else { return nil }
        seedCount = count
      case "--days":
        guard let value = number(Double.self), value > 0 else { return nil }
        days = value
      case "--steps":
        guard let count = number(Int.self) else { return nil }
        steps = count
      case "--fault-rate":
        guard let rate = number(Double.self) else { return nil }
        faultRate = rate
      case "--lies": lies = true
      case "--quiet": isQuiet = true
      default: return nil
      }
    }
  }
}

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
  print("usage: daysimulation [--seed N] [--seeds COUNT] [--days D] [--steps M] [--fault-rate R] [--lies] [--quiet]")
  exit(64)
}
var broken = 0
var life = 0.0
var elapsed = 0.0
for seed in arguments.firstSeed..<(arguments.firstSeed + arguments.seedCount) {
  let options = SimulationOptions(
    seed: seed, hours: arguments.days * 24, maximumSteps: arguments.steps, faultRate: arguments.faultRate,
    hasLyingDisk: arguments.lies)
  let report = LineSimulation(options).run()
  life += Double(report.virtualMicroseconds) / 3_600_000_000
  elapsed += report.elapsedSeconds
  if report.broken != nil { broken += 1 }
  if report.broken != nil || !arguments.isQuiet { print(report.text) }
  fflush(nil)
}
let factor = elapsed > 0 ? Int(life * 3_600 / elapsed) : 0
print(
  "\(arguments.seedCount) seeds, \(Int(life)) h of life in \(Int(elapsed)) s (x \(factor)): \(broken) broke a promise")
exit(broken == 0 ? 0 : 1)

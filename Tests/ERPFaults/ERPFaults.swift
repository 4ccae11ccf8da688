import Foundation

/// `erpfaults --seeds 300 --seed 1`: see ``FaultRun``. With `--notes 1` the exchange says what it meets.
@main
struct ERPFaults {
  static func main() async {
    var options = ["--seeds": UInt64(300), "--seed": 1, "--notes": 0]
    var words = CommandLine.arguments.dropFirst()
    while let name = words.popFirst() {
      guard options[name] != nil, let text = words.popFirst(), let value = UInt64(text) else {
        say("usage: erpfaults [--seeds N] [--seed FIRST] [--notes 1]")
        exit(64)
      }
      options[name] = value
    }
    let beginning = Date()
    do {
      let tells = options["--notes"] == 1
      let run = FaultRun(
        firstSeed: options["--seed"] ?? 1, seeds: Int(options["--seeds"] ?? 300), say: { say($0) },
        tell: { if tells { say($0) } })
      let report = try await run.run()
      for broken in report.broken { say("BROKEN: \(broken)") }
      say("\(report.text); \(Int(Date().timeIntervalSince(beginning))) s")
      exit(report.broken.isEmpty ? 0 : 1)
    } catch {
      say("\(error)")
      exit(1)
    }
  }

  private static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}

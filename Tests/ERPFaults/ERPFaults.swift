import Foundation

/// `erpfaults --seeds 300 --seed 1`: see ``FaultRun``. With `--notes 1` the exchange says what it meets; `--lines 2` works
/// with two servers at a time. SIGTERM and SIGINT end it with its servers.
@main
struct ERPFaults {
  static func main() async {
    var options = ["--seeds": UInt64(300), "--seed": 1, "--notes": 0, "--lines": 1, "--outage": 1]
    var words = CommandLine.arguments.dropFirst()
    while let name = words.popFirst() {
      guard options[name] != nil, let text = words.popFirst(), let value = UInt64(text) else {
        say("usage: erpfaults [--seeds N] [--seed FIRST] [--notes 1] [--lines N] [--outage 0]")
        exit(64)
      }
      options[name] = value
    }
    let beginning = Date()
    do {
      let tells = options["--notes"] == 1
      let run = FaultRun(
        firstSeed: options["--seed"] ?? 1, seeds: Int(options["--seeds"] ?? 300), hasOutage: options["--outage"] != 0,
        say: { say($0) },
        tell: { if tells { say($0) } })
      let lines = Int(options["--lines"] ?? 1)
      let running = Task { try await run.run(lines: lines) }
      let signals = endOnSignal { running.cancel() }
      let report = try await running.value
      withExtendedLifetime(signals) {}
      for broken in report.broken { say("BROKEN: \(broken)") }
      say("\(report.text); \(Int(Date().timeIntervalSince(beginning))) s")
      exit(report.broken.isEmpty ? 0 : 1)
    } catch {
      say("\(error)")
      exit(1)
    }
  }

  private static func endOnSignal(_ end: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
    [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: end)
      source.resume()
      return source
    }
  }

  private static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}

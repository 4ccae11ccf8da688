import ArgumentParser
import Dispatch
import Foundation
import Harness

struct SimulateDemo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract:
      "A whole line for a minute: broker, PLC, sensors, scanner, ERP and the real daemon, from scan to receipt.",
    discussion: "Everything runs on free loopback ports in a folder of its own. Ctrl-C ends all of it.")

  @Option(help: "Folder for ledger, logs and records; emptied at the start.")
  var folder = "demo-run"

  @Option(help: "Folder that holds DeviceProfiles/ and Simulators/.")
  var resources = "."

  enum ERPChoice: String, ExpressibleByArgument { case simulated, tryton }

  @Option(help: "The ERP: simulated, or a real tryton that is set up for it (make setup installs it).")
  var erp = ERPChoice.simulated

  func run() async throws {
    let home = URL(fileURLWithPath: folder).standardizedFileURL
    if FileManager.default.fileExists(atPath: home.path) { try FileManager.default.removeItem(at: home) }
    let plant = DemoPlant(
      folder: home,
      programs: URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL.deletingLastPathComponent(),
      resources: URL(fileURLWithPath: resources).standardizedFileURL)
    let interrupted = Interruption()
    defer { plant.stop() }
    if erp == .tryton { return try TrytonDemo(plant: plant, interruption: interrupted).run() }
    try plant.start()
    try bringInControlPlan(plant)
    say("The line runs in \(home.path). An operator scans; after half a minute the sealer overheats. Ctrl-C ends it.\n")
    try watch(plant, until: interrupted)
    if interrupted.happened {
      say("\nEnding everything that was started.")
    } else {
      try await conclude(plant, interrupted)
    }
    plant.stop()
    say(Self.whatNext(home))
  }

  /// One person imports the control plan, another approves it: the run that the operator starts is judged by it.
  private func bringInControlPlan(_ plant: DemoPlant) throws {
    let config = ["--config", plant.configuration.path]
    let deadline = Date().addingTimeInterval(30)
    for (what, words) in [
      ("Chen Jie imports", ["plan", "import", plant.scenario("control-plan-demo"), "--person", "P-3"]),
      ("Sara Kovač approves", ["plan", "approve", "CP-1", "--version", "1", "--person", "P-4"]),
    ] {
      var answer = try plant.ask(words + config)
      // The daemon answers a moment after it records.
      while answer.status != 0, Date() < deadline {
        usleep(200_000)
        answer = try plant.ask(words + config)
      }
      guard answer.status == 0 else { throw ChildProcess.Failure(description: answer.text) }
      say("» \(what) the control plan of the pouches: \(answer.text)")
    }
  }

  /// Shows the line until the operator is done; acknowledges the first alarm as a quality engineer would.
  private func watch(_ plant: DemoPlant, until interrupted: Interruption) throws {
    var acknowledged = false
    while !plant.operatorIsDone && !interrupted.happened {
      if let casualty = plant.casualty { throw ChildProcess.Failure(description: casualty) }
      let status = try plant.ask(["status", "--config", plant.configuration.path])
      say((isatty(STDOUT_FILENO) == 1 ? "\u{1B}[H\u{1B}[2J" : "") + status.text)
      if !acknowledged, status.text.contains("A-000001  sealer-1 seal.temperature") {
        acknowledged = true
        let answer = try plant.ask([
          "acknowledge", "A-000001", "--config", plant.configuration.path, "--person", "P-2", "--cause", "HEATER",
          "--action", "CORRECTED",
        ])
        say("» Ana Novak acknowledges alarm A-000001: \(answer.text)")
        for (step, outcome) in [("1", "reads true"), ("2", "controller corrected")] {
          let answer = try plant.ask([
            "alarms", "step", "A-000001", step, "--config", plant.configuration.path, "--person", "P-1", "--outcome",
            outcome,
          ])
          say("» Li Wei records step \(step) of the reaction plan: \(answer.text)")
        }
      }
      interrupted.wait(seconds: 2)
    }
  }

  /// The record, its verification and the ERP's receipt.
  private func conclude(_ plant: DemoPlant, _ interrupted: Interruption) async throws {
    let config = ["--config", plant.configuration.path]
    say("The lot is completed; its record is sealed and delivered …")
    let record = plant.folder.appendingPathComponent("L-2026-001.json").path
    let deadline = Date().addingTimeInterval(30)
    while try plant.ask(["record", "L-2026-001", "--output", record] + config).status != 0
      || !(try plant.ask(["trace", "L-2026-001"] + config).text.contains("delivered to the ERP"))
    {
      guard Date() < deadline, !interrupted.happened else {
        throw ChildProcess.Failure(description: "the record did not arrive; see the logs in \(plant.folder.path)")
      }
      interrupted.wait(seconds: 0.5)
    }
    let key = plant.folder.appendingPathComponent("plant-key.pem")
    try plant.ask(["key"] + config).text.write(to: key, atomically: true, encoding: .utf8)
    say("\n── The record " + String(repeating: "─", count: 60))
    say(try plant.ask(["record", "L-2026-001", "--summary"] + config).text)
    say("── The chart of the sealing temperature, as the control plan has it " + String(repeating: "─", count: 6))
    say(try plant.ask(["spc", "sealer-1/seal.temperature.mean"] + config).text)
    say("── The record's verification, without daemon or ledger " + String(repeating: "─", count: 19))
    let verification = try plant.ask(["verify", record, "--key", key.path])
    say(verification.text)
    say("── The ERP's receipt " + String(repeating: "─", count: 53))
    say(try receipt(plant))
    guard verification.status == 0 else { throw ChildProcess.Failure(description: "the record does not verify") }
  }

  /// What the ERP keeps, read from its own files.
  private func receipt(_ plant: DemoPlant) throws -> String {
    let shelf = plant.folder.appendingPathComponent("erp/records")
    let files = try FileManager.default.contentsOfDirectory(atPath: shelf.path).filter { $0.hasSuffix(".json") }
      .sorted()
    let receipts = try files.map { name -> String in
      let data = try Data(contentsOf: shelf.appendingPathComponent(name))
      let entry = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      return "  record \(name.dropLast(5)): key \(entry["key"] ?? "?"), SHA-256 \(entry["sha256"] ?? "?")"
    }
    return "  The ERP holds \(files.count) record(s).\n" + receipts.joined(separator: "\n")
  }

  private static func whatNext(_ home: URL) -> String {
    """

    Everything is ended. What to try next:
      .build/debug/lotwire trace L-2026-001 --config \(home.path)/lotwire.yaml     the lot's story, line by line
      .build/debug/lotwire verify \(home.path)/L-2026-001.json                     change one digit in it first
      less \(home.path)/lotwire.yaml                                               the plant's configuration
      README.md, "The first ten minutes on a real line"
    """
  }

  private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}

/// Ctrl-C and SIGTERM, seen at the next look instead of ending the program at once.
final class Interruption {
  private let semaphore = DispatchSemaphore(value: 0)
  private let sources: [any DispatchSourceSignal]

  init() {
    let semaphore = self.semaphore
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { semaphore.signal() }
      source.resume()
      return source
    }
  }

  var happened: Bool {
    guard semaphore.wait(timeout: .now()) == .success else { return false }
    semaphore.signal()
    return true
  }

  /// Waits, less when interrupted.
  func wait(seconds: Double) {
    if semaphore.wait(timeout: .now() + seconds) == .success { semaphore.signal() }
  }
}

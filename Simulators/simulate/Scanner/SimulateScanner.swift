import ArgumentParser
import Foundation
import Synchronization

/// Set by SIGTERM and SIGINT; looked at between steps and at least every 200 ms while waiting.
private let stopWasAsked = Atomic(false)

struct SimulateScanner: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scanner",
    abstract: "A serial scanner in host-acknowledge mode on a pseudo-terminal, played from a script or typed by hand.",
    discussion: """
      The script is YAML: a list of "- scan: TEXT", "- wait: SECONDS" and "- expect: accepted" or "refused". A label \
      without an answer (ACK or NAK) is scanned again, as an operator would, until it is answered. Exit status 1: an \
      expectation was not met.
      """)

  @Option(help: "Where the tty appears, as a symbolic link.") var ttyLink: String
  @Option(help: "The script to play.") var script: String?
  @Flag(help: "Scan each line of standard input.") var interactive = false
  @Option(help: "CSV of every answered scan: sent_us,text,outcome,answered_us,repeats.") var journal: String?
  @Option(help: "Seconds without an answer after which the label is scanned again.") var answerTimeout = 2.0

  func validate() throws {
    guard (script != nil) != interactive else {
      throw ValidationError("Give either --script FILE or --interactive.")
    }
    guard (0.01...3600).contains(answerTimeout) else {
      throw ValidationError("--answer-timeout takes 0.01 to 3600 seconds.")
    }
  }

  func run() async throws {
    let steps = try script.map { try ScanScript(String(contentsOfFile: $0, encoding: .utf8), file: $0).steps }
    for number in [SIGTERM, SIGINT] { signal(number) { _ in stopWasAsked.store(true, ordering: .relaxed) } }
    var simulator = SerialScannerSimulator(
      terminal: try PseudoTerminal(link: ttyLink), journal: try ScanJournal(path: journal),
      answerPatienceMicroseconds: Int64(answerTimeout * 1_000_000),
      isStopping: { stopWasAsked.load(ordering: .relaxed) })
    simulator.say("ready on \(ttyLink)")
    let unmet = try steps.map { try play($0, on: &simulator) } ?? scanStandardInput(on: &simulator)
    simulator.say("done: \(simulator.scans) scans answered, \(simulator.repeats) repeated, \(unmet) not as expected")
    if unmet > 0 { throw ExitCode(1) }
  }

  /// Returns how many expectations were not met.
  private func play(_ steps: [ScanScript.Step], on simulator: inout SerialScannerSimulator) throws -> Int {
    var last: ScanOutcome?
    var unmet = 0
    for step in steps where !stopWasAsked.load(ordering: .relaxed) {
      switch step {
      case .scan(let text): last = try simulator.scan(text)
      case .wait(let microseconds): simulator.wait(microseconds: microseconds)
      case .expect(let outcome):
        if last != outcome {
          unmet += 1
          simulator.say("EXPECTED \(outcome.rawValue), was \(last?.rawValue ?? "no scan before it")")
        }
      }
    }
    return unmet
  }

  private func scanStandardInput(on simulator: inout SerialScannerSimulator) throws -> Int {
    var lines = LineInput()
    while let line = lines.next(isStopping: { stopWasAsked.load(ordering: .relaxed) }) {
      if !line.isEmpty { _ = try simulator.scan(line) }
    }
    return 0
  }
}

/// Lines of standard input, read with a wait short enough to see a stop.
private struct LineInput {
  private var buffer: [UInt8] = []

  mutating func next(isStopping: () -> Bool) -> String? {
    while !isStopping() {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      var watched = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, 200) > 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(0, &bytes, bytes.count)
      if count <= 0 { return nil }
      buffer += bytes[..<count]
    }
    return nil
  }
}

/// What became of one seed.
public struct SimulationReport: Sendable {
  public var options: SimulationOptions
  public var virtualMicroseconds: Int64 = 0
  /// Turns of the recorder.
  public var steps = 0
  public var commits: Int64 = 0
  public var events: Int64 = 0
  public var readings = 0
  public var segments = 0
  public var sealedRecords = 0
  public var deliveries = 0
  public var lives = 0
  /// Faults that happened, by kind.
  public var faults: [String: Int] = [:]
  /// Of the whole ledger and of everything that was sent and answered: two runs of a seed have the same.
  public var digest = ""
  /// Nil: every promise held.
  public var broken: BrokenPromise?
  /// Whether a disk that lied left a ledger that was refused with a message: allowed to it, and the end of the run.
  public var wasRefusedAfterLie = false
  /// Only for the factor; nothing depends on it.
  public var elapsedSeconds: Double = 0

  /// How many times faster than life.
  public var factor: Double { elapsedSeconds > 0 ? Double(virtualMicroseconds) / 1_000_000 / elapsedSeconds : 0 }

  /// The line that runs this seed again.
  public var command: String {
    var line = "make simulate SEED=\(options.seed) DAYS=\(Self.rounded(options.hours / 24, 4)) STEPS=\(steps)"
    if options.hasLyingDisk { line += " LIES=1" }
    return line
  }

  /// For a terminal.
  public var text: String {
    let faultText = faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    var lines = [
      "seed \(options.seed): \(Self.rounded(Double(virtualMicroseconds) / 3_600_000_000, 2)) h of life in "
        + "\(Self.rounded(elapsedSeconds, 2)) s (x \(Int(factor))), \(steps) steps, \(commits) commits, \(events) events, "
        + "\(readings) readings, \(segments) segments, \(sealedRecords) records, \(deliveries) deliveries, "
        + "\(lives) starts, digest \(digest)",
      "  faults: \(faultText.isEmpty ? "none" : faultText)",
    ]
    if wasRefusedAfterLie {
      lines.append("  after a lie of the disk the ledger was refused with a message, which ends the run")
    }
    if let broken {
      lines += [
        "  BROKEN at step \(steps): \(broken.promise.rawValue)", "  \(broken.details)", "  again: \(command)",
      ]
    }
    return lines.joined(separator: "\n")
  }

  private static func rounded(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

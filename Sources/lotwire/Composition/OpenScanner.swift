import Console
import Devices
import Foundation
import Scanners
import Shopfloor
import UnixSignals

/// One scanner of the configuration that a command has open instead of the daemon. Nothing it reads is recorded, so
/// nothing is ever acknowledged to it.
struct OpenScanner {
  enum Sighting: Sendable {
    case label(ScannedLabel)
    case report(ScannerReport)
    /// Comes several times a second, whatever happens.
    case turn(LinkStatus, ClockReading)
  }

  /// Sightings that wait for the command to look at them; a scanner sends far fewer in the time of a turn.
  private static let maximumWaiting = 4096
  private static let turnMilliseconds = 100

  let entry: ScannerEntry
  private let source: ScannerSource
  private let sightings: AsyncStream<Sighting>
  private let continuation: AsyncStream<Sighting>.Continuation

  /// - Throws: a sentence for the person where there is no such scanner or the daemon has it.
  init(_ name: String, _ options: ConfigurationOption) throws {
    let plant = try options.plant()
    guard let entry = plant.scanners.first(where: { $0.name.text == name }) else {
      let known = plant.scanners.map(\.name.text).sorted().joined(separator: ", ")
      throw CommandFailure(
        "There is no scanner \"\(displayable(name))\" in \(options.config). "
          + (known.isEmpty ? "It names none." : "Known are: \(known)."), EX_USAGE)
    }
    try Self.refuseWhereHeld(entry, plant)
    self.entry = entry
    (sightings, continuation) = AsyncStream.makeStream(
      of: Sighting.self, bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
    let continuation = continuation
    var serial = DeviceSources.serial(entry, plant)
    serial?.answers = false
    source = try ScannerSource(
      serial: [serial].compactMap { $0 }, usb: [DeviceSources.usb(entry, plant)].compactMap { $0 },
      inbox: SightingInbox(continuation: continuation), clock: SystemClock(),
      onReport: { continuation.yield(.report($0)) })
  }

  /// Shows what comes until the body says that it is enough, the time is over, or somebody ends the command.
  func watch(seconds: Double?, _ isEnough: (Sighting) throws -> Bool) async throws {
    try source.start()
    defer { source.stop() }
    let source = source, continuation = continuation
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    let turns = Task {
      while !Task.isCancelled {
        if let status = source.status().first { continuation.yield(.turn(status, SystemClock().now())) }
        if let end, ContinuousClock.now >= end { break }
        // Cancelled while it sleeps: the loop ends.
        try? await Task.sleep(for: .milliseconds(Self.turnMilliseconds))
      }
      continuation.finish()
    }
    let signals = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
      continuation.finish()
    }
    defer {
      turns.cancel()
      signals.cancel()
    }
    for await sighting in sightings where try isEnough(sighting) { break }
  }

  private static func refuseWhereHeld(_ entry: ScannerEntry, _ plant: PlantConfiguration) throws {
    let status: LineStatus
    do throws(ConsoleFault) {
      status = try ControlClient(socketPath: plant.socketPath, timeoutSeconds: 5).status()
    } catch {
      if case .notRunning = error { return }
      throw error
    }
    guard let device = status.devices.first(where: { $0.device == entry.name }) else { return }
    throw CommandFailure(
      "The running daemon reads \(entry.name) (\(device.detail)), and only one program can have a scanner. What it "
        + "scans is shown by: lotwire station watch \(entry.station). To have the scanner here, stop the daemon "
        + "(systemctl stop lotwire) and start it again afterwards.", EX_UNAVAILABLE)
  }
}

/// Hands labels to the command. Takes none of them over: nothing is recorded.
private struct SightingInbox: RecorderInbox {
  let continuation: AsyncStream<OpenScanner.Sighting>.Continuation

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool { false }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    if case .scan(let label, _) = command { continuation.yield(.label(label)) }
    return false
  }
}

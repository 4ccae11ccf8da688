import Devices
import Ledger
import Logging
import Recorder
import ServiceLifecycle
import Shopfloor

/// Performs the writes that were ordered, once their orders are on disk, and reports what became of them.
struct WriteDesk: Service {
  let recorder: Recorder
  let clock: any WallClock
  let logger: Logger
  let news: WriteNews
  /// Writes and reads back.
  let write: @Sendable (DeviceWrite) async -> DeviceWriteReport

  func run() async throws {
    await cancelWhenGracefulShutdown {
      guard let openAtStart = await openOnceDurable() else { return }
      var agenda = WriteAgenda(openAtStart: openAtStart)
      // A device that does not answer must not keep the others waiting: every write is a task of its own.
      await withDiscardingTaskGroup { group in
        news.poke()
        for await message in news.stream {
          let now = clock.now().monotonicMicroseconds
          if case .ended(let write, let confirmed) = message { agenda.ended(write, confirmed: confirmed, now: now) }
          // News come when the recorder has recovered.
          guard let open = await open() else { continue }
          for step in agenda.steps(open: open, now: now) { group.addTask { await take(step) } }
          guard let wake = agenda.nextWake(open: open) else { continue }
          group.addTask {
            // An error here is the end of the daemon.
            try? await Task.sleep(for: .microseconds(max(wake - now, 0)))
            news.poke()
          }
        }
      }
    }
  }

  /// What the recorder cannot take or tell now is tried again after so long.
  private static let pause = Duration.seconds(1)

  /// Nil while the state of the recorder may hold orders that the ledger failed to keep: those are not carried out.
  private func open() async -> [DeviceWrite]? {
    await recorder.inspect { engine in engine.isDurable ? engine.floor.openWrites.values.map(\.write) : nil }
  }

  /// Nil where the daemon ends before.
  private func openOnceDurable() async -> [DeviceWrite]? {
    while true {
      if let open = await open() { return open }
      do {
        try await Task.sleep(for: Self.pause)
      } catch {
        return nil
      }
    }
  }

  private func take(_ step: WriteAgenda.Step) async {
    switch step {
    case .attempt(let write):
      let report = await self.write(write)
      await tell(report, of: write)
      news.send(.ended(write, confirmed: report.outcome == .confirmed))
    case .reportUnknown(let write):
      await tell(
        DeviceWriteReport(
          id: write.id, outcome: .unknown,
          detail:
            "the recorder stopped before the outcome was known. Read the value at the device and order it again if "
            + "it is still wanted", at: clock.now().utc), of: write)
    }
  }

  private func tell(_ report: DeviceWriteReport, of write: DeviceWrite) async {
    if report.outcome != .confirmed {
      logger.warning(
        "a write was not confirmed",
        metadata: [
          "write": "\(write.id)", "device": "\(write.device)", "point": "\(write.point)",
          "outcome": "\(report.outcome.rawValue)", "detail": "\(report.detail)",
        ])
    }
    // Any other refusal says that the order is no longer open: another one took its place.
    while case .refused(let refusal) = await recorder.perform(.reportWrite(report), actor: "recorder", at: report.at),
      refusal.code == .recorderStopped || refusal.code == .recorderBusy
    {
      do {
        try await Task.sleep(for: Self.pause)
      } catch {
        // The daemon ends; after its next start the outcome is said to be unknown.
        return
      }
    }
  }
}

/// What the desk waits for; lives as long as the recorder.
final class WriteNews: Sendable {
  enum Message: Sendable {
    /// Something may be due.
    case look
    case ended(DeviceWrite, confirmed: Bool)
  }

  let stream: AsyncStream<Message>
  private let continuation: AsyncStream<Message>.Continuation

  /// Messages that may wait. Each write that is under way sends one, and the floor bounds these to one a write point.
  static let maximumWaiting = 100_000

  init() {
    (stream, continuation) = AsyncStream.makeStream(
      of: Message.self, bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
  }

  func poke() { send(.look) }

  func send(_ message: Message) { continuation.yield(message) }

  func take(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      // After a failure of the ledger recording starts again, maybe with orders that were not carried out meanwhile.
      case .writeOrdered, .recordingStarted: return poke()
      default: break
      }
    }
  }
}

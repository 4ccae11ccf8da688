import Console
import Devices
import Ledger
import Recorder
import ServiceLifecycle
import Shopfloor

/// Makes feedback for the stations out of what was committed: the answers to scans, alarms and holds.
///
/// The recorder's thread only leaves news here; who is at the station and what it waits for next is looked up
/// afterwards, and the screens are served by others.
final class FeedbackBoard: Sendable {
  let hub: FeedbackHub
  private let news: AsyncStream<News>
  private let continuation: AsyncStream<News>.Continuation

  /// News that may wait; with more, the oldest wait is a second old and the newest are left out, and counted.
  static let maximumWaitingNews = 4_096

  enum News: Sendable {
    /// These stations are watched from now on.
    case stations([StationName])
    case answered(ScannedLabel, StationName, CommandAnswer, at: Timestamp)
    case alarm(Event, at: Timestamp)
    case hold(LotHeld, isLifted: Bool)
  }

  init(startedAt: Timestamp) {
    hub = FeedbackHub(stations: [], startedAt: startedAt)
    (news, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaitingNews))
  }

  // MARK: Leaving news

  /// The stations of a configuration that is in force now: from here on they can be watched.
  func putInForce(_ stations: [StationName]) {
    hub.setStations(stations)
    tell(.stations(stations))
  }

  func tell(_ item: News) {
    if case .dropped = continuation.yield(item) { hub.countLost() }
  }

  /// Called by the recorder after each commit with events.
  func take(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .alarmRaised, .alarmReturned, .alarmAcknowledged, .alarmEscalated, .alarmShelved, .alarmUnshelved:
        tell(.alarm(record.event, at: record.time))
      case .lotHeld(let hold): tell(.hold(hold, isLifted: false))
      case .lotHoldLifted(let hold): tell(.hold(hold, isLifted: true))
      default: break
      }
    }
  }

  /// No news come any more; those that wait are still told.
  func close() { continuation.finish() }

  // MARK: Making feedback

  /// Makes feedback until the news are over; then ends every stream.
  ///
  /// - Parameter write: words one piece of news from the floor as it stands, and hands the writer back.
  func run(_ write: @Sendable (News, FeedbackWriter) async -> ([StationFeedback], FeedbackWriter)) async {
    var writer = FeedbackWriter()
    for await item in news {
      let (feedback, next) = await write(item, writer)
      writer = next
      for one in feedback { hub.publish(one) }
    }
    hub.end()
  }
}

/// Runs the board as a service of the group.
struct FeedbackService: Service {
  let board: FeedbackBoard
  let recorder: Recorder
  let clock: any WallClock

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // Cancelled means that there is no time left for what waits.
        guard (try? await gracefulShutdown()) != nil else { return }
        // The devices have ended; what they left with the recorder is answered before the recorder looks up.
        await recorder.inspect { _ in () }
        board.close()
      }
      await board.run { [recorder, clock] item, known in
        let now = clock.now().utc
        return await recorder.inspect { engine in
          var writer = known
          let feedback = writer.feedback(on: item, engine.floor, at: now)
          return (feedback, writer)
        }
      }
      group.cancelAll()
    }
  }
}

/// The recorder's door for scanners: what is answered to a scan is told at its station too.
struct FeedbackInbox: RecorderInbox {
  let recorder: any RecorderInbox
  let board: FeedbackBoard

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    recorder.offer(batches, acknowledge: acknowledge)
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    guard case .scan(let label, let station) = command else {
      return recorder.submit(command, from: device, at: time, answer: answer)
    }
    let board = self.board
    let isTaken = recorder.submit(command, from: device, at: time) { result in
      answer(result)
      board.tell(.answered(label, station, result, at: time))
    }
    if !isTaken { board.tell(.answered(label, station, .refused(Self.busy), at: time)) }
    return isTaken
  }

  private static let busy = Refusal(
    .recorderBusy, read: "", why: Words("the recorder has too much waiting, or is stopping", "记录器积压过多或正在停止"),
    remedy: Words("Scan again in a moment", "请稍后重新扫描"))
}

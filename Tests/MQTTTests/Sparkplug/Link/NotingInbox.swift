import Devices
import Foundation
import Shopfloor
import Synchronization

@testable import MQTT

/// Values on their way to a link.
final class ValueBox: Sendable {
  private let content = Mutex<[SparkplugEdgeValue]>([])

  func put(_ value: SparkplugEdgeValue) { content.withLock { $0.append(value) } }

  func take() -> [SparkplugEdgeValue] {
    content.withLock { content in
      defer { content = [] }
      return content
    }
  }
}

/// A recorder's door that takes facts and readings, and at first turns each offer away so many times; of the facts that
/// it then takes it cannot store so many.
final class NotingInbox: RecorderInbox {
  private struct Content {
    var refusals: Int
    var failedCommits: Int
    var refused = 0
    var refusesReadings = false
    var readings: [Reading] = []
    var notes: [MessageNote] = []

    mutating func takes() -> Bool {
      guard refusals > 0 else { return true }
      refusals -= 1
      refused += 1
      return false
    }
  }

  private let content: Mutex<Content>
  private let queue = DispatchQueue(label: "noting-inbox")

  init(refusals: Int, failedCommits: Int = 0) {
    content = Mutex(Content(refusals: refusals, failedCommits: failedCommits))
  }

  private static let diskIsFull = CommandAnswer.refused(
    Refusal(
      .recorderStopped, read: "", why: Words("the disk is full", "磁盘已满"), remedy: Words("Make room", "请释放空间")))

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    content.withLock { content in
      guard !content.refusesReadings else {
        content.refused += 1
        return false
      }
      guard content.takes() else { return false }
      content.readings += batches.flatMap(\.readings)
      return true
    }
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    let given = content.withLock { content -> CommandAnswer? in
      guard content.takes(), case .noteMessages(let notes) = command else { return nil }
      guard content.failedCommits == 0 else {
        content.failedCommits -= 1
        return Self.diskIsFull
      }
      content.notes += notes
      return .accepted(Words("noted", "已记录"))
    }
    guard let given else { return false }
    queue.async { answer(given) }
    return true
  }

  var readings: [Reading] { content.withLock { $0.readings } }
  func refusesReadings(_ refuses: Bool) { content.withLock { $0.refusesReadings = refuses } }

  var losses: [MessagesLost] {
    content.withLock { $0.notes }.compactMap { if case .lost(let lost) = $0 { lost } else { nil } }
  }
  var refused: Int { content.withLock { $0.refused } }
  var links: [BrokerLink] {
    content.withLock { $0.notes }.compactMap { if case .broker(let link) = $0 { link } else { nil } }
  }
}

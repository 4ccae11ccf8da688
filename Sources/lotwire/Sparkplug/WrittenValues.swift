import Ledger
import Shopfloor
import Synchronization

/// What was written to devices last, as far as they have confirmed it since the daemon started; interlocks do not count.
final class WrittenValues: Sendable {
  struct Place: Hashable, Sendable {
    var device: DeviceName
    var point: String
  }

  struct Written: Hashable, Sendable {
    var value: Double
    var at: Timestamp
  }

  private struct Content {
    /// Orders that no report has ended yet.
    var open: [WriteID: DeviceWrite] = [:]
    var confirmed: [Place: Written] = [:]
  }

  /// Most orders that are looked out for; the floor bounds them to fewer.
  static let maximumOpen = 10_000

  private let content = Mutex(Content())

  /// Called by the recorder after each commit.
  func take(_ records: [EventRecord]) {
    for record in records { take(record.event) }
  }

  func take(_ event: Event) {
    switch event {
    case .writeOrdered(let write) where !write.isInterlock: note(write)
    case .writeReported(let report): note(report)
    default: break
    }
  }

  private func note(_ write: DeviceWrite) {
    content.withLock { content in
      if content.open.count < Self.maximumOpen { content.open[write.id] = write }
    }
  }

  private func note(_ report: DeviceWriteReport) {
    content.withLock { content in
      guard let write = content.open.removeValue(forKey: report.id), report.outcome == .confirmed else { return }
      content.confirmed[Place(device: write.device, point: write.point)] = Written(
        value: report.readBack ?? write.value, at: report.at)
    }
  }

  /// By device and point.
  var confirmed: [Place: Written] { content.withLock { $0.confirmed } }
}

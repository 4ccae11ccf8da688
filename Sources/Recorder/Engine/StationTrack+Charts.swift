import Shopfloor

/// When something about a station's charts is due.
extension StationTrack {
  /// The run that is active, as readings bind to it.
  var openRun: RunSpan? { runs.last.flatMap { $0.endedAt == nil ? $0 : nil } }

  func isChartDue(at now: Timestamp) -> Bool {
    characteristics.indices.contains { index in
      let track = characteristics[index]
      return track.window?.isDue(at: now) ?? false || track.chart?.closesWindow(at: now) ?? false
        || dueChartRunEnd(index, at: now) != nil
        || track.collectionAlarm == nil && missesPoint(index, at: now)
        || track.collectionAlarm != nil && openRun == nil
    }
  }

  /// The run whose subgroup or window is open though it has ended, once its last values have had time to come.
  func dueChartRunEnd(_ index: Int, at now: Timestamp) -> (run: RunID, end: Timestamp)? {
    let track = characteristics[index]
    guard let run = track.chart?.openRun ?? track.window?.openRun, let end = end(of: run),
      now.microseconds(since: end) >= CycleTracker.settleMicroseconds, cycles?.hasCycles != true
    else { return nil }
    return (run, end)
  }

  /// How long the active run has gone on without a point, in microseconds.
  func waited(_ index: Int, at now: Timestamp) -> Int64 {
    guard let openRun else { return 0 }
    let since = max(openRun.startedAt, characteristics[index].chart?.lastPointAt ?? openRun.startedAt)
    return now.microseconds(since: since)
  }

  func missesPoint(_ index: Int, at now: Timestamp) -> Bool {
    guard let expected = characteristics[index].plan.chart?.expectedEveryMicroseconds, openRun != nil else {
      return false
    }
    return waited(index, at: now) > expected
  }
}

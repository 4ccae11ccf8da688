import Foundation
import PlainCFloor

/// The table and what its columns mean.
struct RecordingReport {
  var contests: [Contest]
  var syncSeconds: [Double]
  var repetitions: Int

  private static let columns = [
    "polls/cycle", "readings/commit", "contestant", "readings/s", "ratio", "CPU us/reading", "bytes/reading",
    "commit p50",
    "commit p99",
    "events/1000",
  ]

  var text: String {
    var table = Table(columns: Self.columns, wordColumns: [2])
    for contest in contests {
      table.rows.append(row("plain C floor", contest.floor, contest))
      table.rows.append(row("recorder", contest.recorder, contest))
      table.rows.append(row("engine+ledger", contest.engine, contest))
    }
    table.rows.append(["aim", "", "", "", ">= 1.0", "<= 2", "", "", "< 3", ""])
    return heading + table.text + legend
  }

  private func row(_ name: String, _ outcomes: [Outcome], _ contest: Contest) -> [String] {
    let ratios = zip(outcomes, contest.floor).map { $0.readingsPerSecond / $1.readingsPerSecond }
    let commits = outcomes.flatMap(\.commitSeconds)
    return [
      String(contest.pollsPerCycle), String(contest.readingsPerCommit), name,
      number(outcomes.map(\.readingsPerSecond).median, 0),
      number(ratios.median, 2), number(outcomes.map(\.cpuMicrosecondsPerReading).median, 2),
      number(outcomes.map(\.bytesPerReading).median, 1), number(commits.median / syncSeconds.median, 2),
      number(commits.percentile(99) / syncSeconds.median, 2),
      number(outcomes.map { Double($0.events) * 1_000 / Double($0.readings) }.median, 1),
    ]
  }

  private var heading: String {
    """
    Recording: SQLite \(String(cString: floor_sqlite_version())), WAL, synchronous=FULL; \(repetitions) repetitions, medians
    one fsync (4 KiB append and fdatasync): p50 \(number(syncSeconds.median * 1e6, 0)) us, \
    p99 \(number(syncSeconds.percentile(99) * 1e6, 0)) us


    """
  }

  private var legend: String {
    """

    polls/cycle     readings of each parameter in a cycle of its station; each cycle brings five events
    plain C floor   a loop of prepared INSERTs in C: the rows only, nothing judged, no hash, no events
    recorder        the same readings through inbox, owner thread, engine and ledger to the durable answer: bound to
                    runs, held to limits, in cycles, features and charts, hashed, with every event they bring
    engine+ledger   the same without inbox and thread
    ratio           readings per second over those of the floor in the same repetition
    CPU us/reading  processor time of the whole process, user and system
    bytes/reading   growth of the file after a checkpoint; for Lotwire with all events
    commit p50/p99  in fsyncs as measured above. Floor: BEGIN to the end of COMMIT. Recorder: from one durable answer to
                    the next while work waits. Engine+ledger: the commit alone
    events/1000     events that 1,000 readings bring

    """
  }
}

import Ledger
import Shopfloor

/// One gap from opened to closed; its parameters may come back one after the other.
struct GapEpisode {
  struct Closure {
    var parameters: [ParameterName]
    var until: Timestamp
  }

  var gap: GapOpened
  var openedAt: Timestamp
  var closures: [Closure] = []
  /// Sequences, ascending.
  var events: [Int64]

  /// Parameters that had no good reading again.
  var openParameters: [ParameterName] {
    let closed = Set(closures.flatMap(\.parameters))
    return gap.parameters.filter { !closed.contains($0) }
  }

  /// When the last parameter was back; nil while one is missing.
  var until: Timestamp? { openParameters.isEmpty ? closures.map(\.until).max() : nil }

  func json(run: RunID?) -> CanonicalJSON {
    .object([
      "id": .name(gap.gap), "station": .name(gap.station), "device": .name(gap.device), "run": .name(run),
      "parameters": .names(gap.parameters), "reason": .string(gap.reason), "since": .time(gap.since),
      "until": .time(until), "events": .array(events.map { .whole($0) }),
      "closures": .array(
        closures.map { .object(["parameters": .names($0.parameters), "until": .time($0.until)]) }),
    ])
  }

  /// The gaps in the order in which they were opened.
  static func fold(_ events: [EventRecord]) -> [GapEpisode] {
    var episodes: [GapEpisode] = []
    var places: [GapID: Int] = [:]
    for record in events {
      switch record.event {
      case .gapOpened(let gap):
        places[gap.gap] = episodes.count
        episodes.append(GapEpisode(gap: gap, openedAt: record.time, events: [record.sequence]))
      case .gapClosed(let closed):
        guard let place = places[closed.gap] else { continue }
        episodes[place].closures.append(Closure(parameters: closed.parameters, until: closed.until))
        episodes[place].events.append(record.sequence)
      default: break
      }
    }
    return episodes
  }
}

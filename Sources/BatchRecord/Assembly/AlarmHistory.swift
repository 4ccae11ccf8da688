import Ledger
import Shopfloor

/// One alarm from raised to closed, with the events that say so.
struct AlarmEpisode {
  var alarm: Alarm
  var closedAt: Timestamp?
  /// Sequences, ascending.
  var events: [Int64]

  var json: CanonicalJSON {
    .object([
      "id": .name(alarm.id), "kind": .string(alarm.kind.rawValue), "station": .name(alarm.station),
      "source": .string(alarm.source), "rule": .words(alarm.rule), "side": .string(alarm.side.rawValue),
      "value": .decimal(alarm.value), "limit": .decimal(alarm.limit), "unit": .string(alarm.unit),
      "run": .name(alarm.run), "raised": .time(alarm.raisedAt), "returned": .time(alarm.returnedAt),
      "closed": .time(closedAt), "events": .array(events.map { .whole($0) }),
      "acknowledgement": alarm.acknowledgement.map {
        .object(["person": .name($0.person), "at": .time($0.at), "cause": .string($0.cause)])
      } ?? .null,
    ])
  }

  /// The episodes in the order in which they were raised.
  static func fold(_ events: [EventRecord]) -> [AlarmEpisode] {
    var episodes: [AlarmEpisode] = []
    var places: [AlarmID: Int] = [:]
    func change(_ alarm: AlarmID, by sequence: Int64, _ body: (inout AlarmEpisode) -> Void) {
      guard let place = places[alarm] else { return }
      body(&episodes[place])
      episodes[place].events.append(sequence)
    }
    for record in events {
      switch record.event {
      case .alarmRaised(let alarm):
        places[alarm.id] = episodes.count
        episodes.append(AlarmEpisode(alarm: alarm, closedAt: nil, events: [record.sequence]))
      case .alarmReturned(let returned):
        change(returned.alarm, by: record.sequence) { $0.alarm.returnedAt = returned.at }
      case .alarmAcknowledged(let acknowledged):
        change(acknowledged.alarm, by: record.sequence) {
          $0.alarm.acknowledgement = Alarm.Acknowledgement(
            person: acknowledged.person, at: acknowledged.at, cause: acknowledged.cause)
        }
      case .alarmClosed(let closed): change(closed.alarm, by: record.sequence) { $0.closedAt = closed.at }
      default: break
      }
    }
    return episodes
  }
}

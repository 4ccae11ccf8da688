import Ledger
import Shopfloor

/// One alarm from raised to closed, with the events that say so.
struct AlarmEpisode {
  var alarm: Alarm
  var closedAt: Timestamp?
  /// Sequences, ascending.
  var events: [Int64]
  /// Every time it was shelved, and every rung of the ladder it reached.
  var shelvings: [AlarmShelved] = []
  var escalations: [AlarmEscalated] = []

  var json: CanonicalJSON {
    .object([
      "id": .name(alarm.id), "kind": .string(alarm.kind.rawValue), "station": .name(alarm.station),
      "source": .string(alarm.source), "rule": .words(alarm.rule), "side": .string(alarm.side.rawValue),
      "value": .decimal(alarm.value), "limit": .decimal(alarm.limit), "unit": .string(alarm.unit),
      "run": .name(alarm.run), "raised": .time(alarm.raisedAt), "returned": .time(alarm.returnedAt),
      "closed": .time(closedAt), "events": .array(events.map { .whole($0) }),
      "acknowledgement": alarm.acknowledgement.map {
        .object([
          "person": .name($0.person), "at": .time($0.at), "cause": .string($0.cause),
          "causeCode": .text($0.causeCode), "actionCode": .text($0.actionCode),
        ])
      } ?? .null, "priority": .text(alarm.priority?.rawValue), "response": .text(alarm.response?.rawValue),
      "outOfService": .bool(alarm.isOutOfService ?? false), "reaction": reaction,
      "shelvings": .array(
        shelvings.map {
          .object([
            "person": .name($0.person), "at": .time($0.at), "until": .time($0.until), "reason": .string($0.reason),
          ])
        }),
      "escalations": .array(
        escalations.map { .object(["level": .whole($0.level), "to": .string($0.to), "at": .time($0.at)]) }),
    ])
  }

  private var reaction: CanonicalJSON {
    guard alarm.reactionPlan != nil || alarm.steps != nil else { return .null }
    return .object([
      "plan": .text(alarm.reactionPlan),
      "steps": .array(
        (alarm.steps ?? []).map {
          .object([
            "step": .whole($0.step), "words": .words($0.text), "outcome": .string($0.outcome),
            "person": .name($0.person), "at": .time($0.at),
          ])
        }),
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
            person: acknowledged.person, at: acknowledged.at, cause: acknowledged.cause,
            causeCode: acknowledged.causeCode, actionCode: acknowledged.actionCode)
        }
      case .alarmClosed(let closed): change(closed.alarm, by: record.sequence) { $0.closedAt = closed.at }
      case .alarmShelved(let shelved):
        change(shelved.alarm, by: record.sequence) {
          $0.alarm.shelving = shelved
          $0.shelvings.append(shelved)
        }
      case .alarmUnshelved(let back): change(back.alarm, by: record.sequence) { $0.alarm.shelving = nil }
      case .alarmEscalated(let escalated):
        change(escalated.alarm, by: record.sequence) { $0.escalations.append(escalated) }
      case .reactionStepRecorded(let step):
        change(step.alarm, by: record.sequence) { $0.alarm.steps = ($0.alarm.steps ?? []) + [step] }
      default: break
      }
    }
    return episodes
  }
}

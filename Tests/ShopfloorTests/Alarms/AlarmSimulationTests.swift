import Foundation
import Shopfloor
import Testing

@Suite("Alarms under any order of commands and time")
struct AlarmSimulationTests {
  @Test(
    "no alarm comes into a state that cannot be, and the events alone give the same floor", arguments: UInt64(1)...28)
  func simulate(seed: UInt64) throws {
    var day = AlarmSimulation(seed: seed)
    var book = AlarmBook()
    for event in day.line.events { book.note(event, at: day.line.time) }
    for number in 1...1_500 {
      let before = day.line.floor
      let known = day.line.events.count
      let decision = day.step()
      for event in day.line.events[known...] { book.note(event, at: day.line.time) }
      if case .refused? = decision?.answer {
        #expect(day.line.floor == before, "a refusal moves nothing")
      }
      let faults = book.faults + Self.faults(of: day, book)
      guard faults.isEmpty else {
        Issue.record("seed \(seed), step \(number): \(faults.joined(separator: "; "))")
        return
      }
    }
    try Self.checkReplay(day)
    #expect(book.closed.count + day.line.floor.alarms.count == day.raised.count)
    // A day that brings too little shows nothing.
    #expect(book.closed.count > 5)
    let kinds = Set(day.line.events.map(\.kind))
    for kind in [EventKind.alarmShelved, .alarmUnshelved, .alarmServiceChanged, .reactionStepRecorded] {
      #expect(kinds.contains(kind))
    }
    if day.line.floor.plan.alarmPolicy != nil { #expect(kinds.contains(.alarmEscalated)) }
  }

  private static func faults(of day: AlarmSimulation, _ book: AlarmBook) -> [String] {
    let floor = day.line.floor
    let policy = floor.plan.alarmPolicy ?? AlarmPolicy()
    return floor.alarms.values.flatMap { alarm in
      var faults: [String] = []
      func expect(_ holds: Bool, _ what: String) { if !holds { faults.append("\(alarm.id) \(what)") } }
      expect(!book.closed.contains(alarm.id), "is closed and on the floor")
      expect(!alarm.isClosed, "could be closed and is not")
      expect(day.active.contains(alarm.id) == (alarm.returnedAt == nil), "has another process than the line")
      expect((alarm.isOutOfService == true) == (floor.outOfService[alarm.origin] != nil), "differs from its source")
      if let shelving = alarm.shelving {
        expect(shelving.until > shelving.at, "was shelved into the past")
        expect(
          shelving.until.microseconds(since: shelving.at) <= policy.maximumShelvingMicroseconds, "is shelved too long")
      }
      expect((alarm.steps ?? []).map(\.step) == Array(1..<((alarm.steps?.count ?? 0) + 1)), "has steps out of order")
      expect((alarm.steps?.count ?? 0) <= (alarm.reaction?.steps.count ?? 0), "has more steps than its plan")
      expect(alarm.escalation?.level == book.level[alarm.id], "shows another rung than was climbed last")
      if alarm.acknowledgement != nil { expect(book.acknowledged.contains(alarm.id), "was not acknowledged") }
      return faults
    }
  }

  private static func checkReplay(_ day: AlarmSimulation) throws {
    var again = Floor()
    for event in day.line.events { again.apply(event) }
    #expect(again == day.line.floor)
    let copy = try JSONDecoder().decode(Floor.self, from: JSONEncoder().encode(day.line.floor))
    #expect(copy == day.line.floor)
    #expect(copy.dueAlarmEvents(at: day.line.time) == day.line.floor.dueAlarmEvents(at: day.line.time))
    let open = AlarmEpisode.episodes(in: day.line.events).filter { $0.closedAt == nil }.map(\.alarm.id)
    #expect(Set(open) == Set(day.line.floor.alarms.keys))
  }
}

/// Follows the events one by one and names what must never happen.
struct AlarmBook {
  private(set) var faults: [String] = []
  private(set) var closed: Set<AlarmID> = []
  private(set) var acknowledged: Set<AlarmID> = []
  private(set) var level: [AlarmID: Int] = [:]
  private var returned: Set<AlarmID> = []
  private var steps: [AlarmID: Int] = [:]
  private var raised: [AlarmID: Alarm] = [:]
  private var shelf: [AlarmID: Timestamp] = [:]
  private var out: Set<AlarmSource> = []
  private var policy = AlarmPolicy()

  mutating func note(_ event: Event, at now: Timestamp) {
    switch event {
    case .planApplied(let applied): policy = applied.plan.alarmPolicy ?? AlarmPolicy()
    case .alarmRaised(let alarm):
      raised[alarm.id] = alarm
      expect((alarm.isOutOfService == true) == out.contains(alarm.origin), alarm.id, "is raised as in other service")
    case .alarmReturned(let event):
      open(event.alarm)
      expect(returned.insert(event.alarm).inserted, event.alarm, "returned twice")
    case .alarmAcknowledged(let event):
      open(event.alarm)
      expect(acknowledged.insert(event.alarm).inserted, event.alarm, "was acknowledged twice")
      expect((event.causeCode == nil) == policy.causes.isEmpty, event.alarm, "has a cause beside the list")
      expect((event.actionCode == nil) == policy.actions.isEmpty, event.alarm, "has an action beside the list")
      expect(!event.cause.isEmpty, event.alarm, "has no cause")
    case .alarmShelved(let event):
      open(event.alarm)
      expect(shelf[event.alarm] == nil, event.alarm, "was shelved twice")
      shelf[event.alarm] = event.until
    case .alarmUnshelved(let event):
      open(event.alarm)
      expect(shelf[event.alarm].map { event.person != nil || $0 <= now } == true, event.alarm, "came back too early")
      shelf[event.alarm] = nil
    case .alarmServiceChanged(let event):
      if event.isOutOfService { out.insert(event.source) } else { out.remove(event.source) }
    case .alarmEscalated(let event): noteRung(event, at: now)
    case .reactionStepRecorded(let event):
      open(event.alarm)
      expect(event.step == (steps[event.alarm] ?? 0) + 1, event.alarm, "has a step out of order")
      steps[event.alarm] = event.step
    case .alarmClosed(let event):
      open(event.alarm)
      closed.insert(event.alarm)
      expect(returned.contains(event.alarm), event.alarm, "was closed while active")
      expect(acknowledged.contains(event.alarm), event.alarm, "was closed unacknowledged")
      let hasPlan = raised[event.alarm]?.reactionPlan == "temperature" && raised[event.alarm]?.station == "sealer"
      expect((steps[event.alarm] ?? 0) == (hasPlan ? 2 : 0), event.alarm, "was closed with steps missing")
    default: break
    }
  }

  private mutating func noteRung(_ event: AlarmEscalated, at now: Timestamp) {
    open(event.alarm)
    expect(event.level > level[event.alarm] ?? 0, event.alarm, "climbed a rung twice")
    level[event.alarm] = event.level
    expect(!acknowledged.contains(event.alarm), event.alarm, "was escalated after its acknowledgement")
    expect(shelf[event.alarm] == nil, event.alarm, "was escalated from the shelf")
    guard let alarm = raised[event.alarm], policy.escalation.indices.contains(event.level - 1) else {
      expect(false, event.alarm, "climbed a rung that is not there")
      return
    }
    let step = policy.escalation[event.level - 1]
    expect(!out.contains(alarm.origin), event.alarm, "was escalated out of service")
    expect(alarm.urgency >= step.minimumPriority, event.alarm, "was escalated below the priority")
    expect(now.microseconds(since: alarm.raisedAt) >= step.afterMicroseconds, event.alarm, "was escalated too early")
    expect(event.to == step.to && event.at == now, event.alarm, "was escalated to somebody else")
  }

  private mutating func open(_ id: AlarmID) {
    expect(raised[id] != nil, id, "was never raised")
    expect(!closed.contains(id), id, "lives on after it was closed")
  }

  private mutating func expect(_ holds: Bool, _ id: AlarmID, _ what: String) {
    if !holds { faults.append("\(id) \(what)") }
  }
}

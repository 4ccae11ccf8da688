import Console
import Shopfloor

/// What a station is told of an alarm there.
struct AlarmNews {
  let alarm: AlarmID
  /// Where the event itself says it.
  var station: StationName?
  let tone: StationFeedback.Tone
  let words: Words

  /// Nil where the station is told nothing.
  init?(_ event: Event, _ floor: Floor) {
    func name(_ person: PersonID) -> String { floor.people[person]?.name ?? person.text }
    switch event {
    case .alarmRaised(let raised): self.init(raised)
    case .alarmReturned(let returned):
      self.init(
        returned.alarm, .silent,
        Words("Alarm \(returned.alarm): the cause is gone", "报警 \(returned.alarm)：原因已消失"))
    case .alarmAcknowledged(let done):
      let person = name(done.person)
      self.init(
        done.alarm, .silent,
        Words(
          "Alarm \(done.alarm) acknowledged by \(person): \(done.cause)", "\(person) 已确认报警 \(done.alarm)：\(done.cause)")
      )
    case .alarmEscalated(let rung):
      self.init(
        rung.alarm, .alarm,
        Words(
          "Alarm \(rung.alarm) is not acknowledged and goes to \(rung.to)", "报警 \(rung.alarm) 无人确认，已上报 \(rung.to)"))
    case .alarmShelved(let shelf):
      let person = name(shelf.person)
      self.init(
        shelf.alarm, .silent,
        Words(
          "Alarm \(shelf.alarm) shelved by \(person) until \(shelf.until): \(shelf.reason)",
          "\(person) 已将报警 \(shelf.alarm) 搁置至 \(shelf.until)：\(shelf.reason)"))
    case .alarmUnshelved(let back): self.init(back, floor.alarms[back.alarm])
    default: return nil
    }
  }

  private init(_ alarm: AlarmID, _ tone: StationFeedback.Tone, _ words: Words) {
    self.alarm = alarm
    self.tone = tone
    self.words = words
  }

  private init(_ raised: Alarm) {
    let value = "\(raised.source) = \(PointText.plain(raised.value)) \(raised.unit)"
    let silent = raised.isOutOfService == true
    self.init(
      raised.id, silent ? .silent : .alarm,
      Words(
        "Alarm \(raised.id): \(value), \(raised.rule.english)" + (silent ? " (out of service)" : ""),
        "报警 \(raised.id)：\(value)，\(raised.rule.chinese)" + (silent ? "（已停用）" : "")))
    station = raised.station
  }

  /// An alarm that is back calls like a new one, unless it is over or somebody has acknowledged it.
  private init(_ back: AlarmUnshelved, _ alarm: Alarm?) {
    let calls = alarm?.state == .activeUnacknowledged
    self.init(
      back.alarm, calls ? .alarm : .attention,
      Words("Alarm \(back.alarm) is no longer shelved", "报警 \(back.alarm) 已结束搁置"))
  }
}

import Console
import Shopfloor

/// Words the feedback on one piece of news, from the floor as it stands after it. A pure function of both, but for the
/// memory of who was at a station last.
struct FeedbackWriter: Sendable {
  /// The language of the one who is, or was last, at each station.
  private var languages: [StationName: Language] = [:]
  /// The stations of alarms that are not closed: a closed one is no longer on the floor.
  private var stationOfAlarm: [AlarmID: StationName] = [:]

  /// Alarms that are remembered; more are not open at once on a line that anybody watches.
  static let maximumAlarms = 10_000

  mutating func feedback(
    on news: FeedbackBoard.News, _ floor: Floor, at now: Timestamp
  ) -> [StationFeedback] {
    switch news {
    case .stations(let names):
      for alarm in floor.alarms.values { remember(alarm) }
      return names.map { station in
        finished(StationFeedback(station: station, at: now, tone: .silent, words: Self.standing(floor, station)), floor)
      }
    case .answered(let label, let station, let answer, let time):
      return [finished(answered(label, station, answer, time, floor), floor)]
    case .alarm(let event, let time): return alarm(event, time, floor).map { [finished($0, floor)] } ?? []
    case .hold(let hold, let isLifted):
      return floor.stations.filter { $0.value.lotsAtHand.contains(hold.lot) }.map(\.key).sorted().map { station in
        finished(Self.hold(hold, isLifted, station, now), floor)
      }
    }
  }

  /// Completes what every feedback says: who is there, what runs, what comes next.
  private mutating func finished(_ begun: StationFeedback, _ floor: Floor) -> StationFeedback {
    var feedback = begun
    let state = floor.station(begun.station)
    let person = state.person.flatMap { floor.people[$0] }
    if let person { languages[begun.station] = person.language }
    feedback.language = languages[begun.station] ?? .english
    feedback.person = person?.name ?? state.person?.text
    feedback.run = state.activeRun?.id
    feedback.lots = state.lotsAtHand
    let next = NextStep(floor, begun.station)
    feedback.mode = next.mode.rawValue
    feedback.awaited = next.words
    return feedback
  }

  // MARK: Scans

  private func answered(
    _ label: ScannedLabel, _ station: StationName, _ answer: CommandAnswer, _ time: Timestamp, _ floor: Floor
  ) -> StationFeedback {
    switch answer {
    case .accepted(let words):
      let waits = floor.station(station).awaitedWitness != nil
      return StationFeedback(
        station: station, at: time, tone: waits ? .attention : .accept, words: words, read: shown(label, floor))
    case .refused(let refusal):
      // Nothing is recorded: that is more than a wrong label.
      let tone: StationFeedback.Tone = refusal.code == .recorderStopped ? .alarm : .refuse
      // The refusal says what was read where the floor looked at it; a badge is left out there.
      return StationFeedback(
        station: station, at: time, tone: tone, code: refusal.code.rawValue,
        words: Words(
          "\(refusal.why.english). \(refusal.remedy.english).", "\(refusal.why.chinese)。\(refusal.remedy.chinese)。"),
        read: refusal.read.isEmpty ? shown(label, floor) : refusal.read)
    }
  }

  /// What was read, fit to be shown; a badge's text is a secret.
  private func shown(_ label: ScannedLabel, _ floor: Floor) -> String? {
    if label.kind == .badge || floor.people.values.contains(where: { $0.badge == label.text }) { return nil }
    return displayable(label.text)
  }

  // MARK: Alarms and holds

  private mutating func remember(_ alarm: Alarm) {
    if stationOfAlarm.count >= Self.maximumAlarms { stationOfAlarm = [:] }
    stationOfAlarm[alarm.id] = alarm.station
  }

  private mutating func alarm(_ event: Event, _ time: Timestamp, _ floor: Floor) -> StationFeedback? {
    if case .alarmRaised(let alarm) = event { remember(alarm) }
    guard let news = AlarmNews(event, floor),
      let station = news.station ?? stationOfAlarm[news.alarm]
    else { return nil }
    return StationFeedback(station: station, at: time, tone: news.tone, words: news.words)
  }

  private static func hold(
    _ hold: LotHeld, _ isLifted: Bool, _ station: StationName, _ now: Timestamp
  ) -> StationFeedback {
    StationFeedback(
      station: station, at: now, tone: isLifted ? .silent : .attention,
      words: isLifted
        ? Words("The hold of lot \(hold.lot) is lifted: \(hold.reason)", "批次 \(hold.lot) 已解除扣留：\(hold.reason)")
        : Words("Lot \(hold.lot) is on hold: \(hold.reason)", "批次 \(hold.lot) 已扣留：\(hold.reason)"))
  }

  /// How a station stands before anything happens.
  private static func standing(_ floor: Floor, _ station: StationName) -> Words {
    guard let run = floor.station(station).activeRun else { return Words("Ready", "就绪") }
    return Words("Run \(run.id) goes on", "运行 \(run.id) 进行中")
  }
}

extension Floor.StationState {
  /// The lots of the run, or those that are loaded.
  var lotsAtHand: [LotNumber] { activeRun?.lots ?? load }
}

extension Floor {
  // MARK: What an event makes us owe

  /// The alarm that an event is about to end, as it stands before: `apply` forgets closed alarms.
  public func alarmClosing(by event: Event) -> Alarm? {
    guard case .alarmClosed(let closed) = event, plan.notifications != nil else { return nil }
    return alarms[closed.alarm]
  }

  /// What the subscribers are owed after an event that was applied: crossings of thresholds and messages, in the order
  /// of the plan's subscriptions. A pure function of state and event, so that replay owes the same.
  ///
  /// - A customer is told of the alarms of runs that hold a lot of a work order of that customer, of those lots and
  ///   orders alone, and of nothing that people of the plant wrote or did: free text may name lots of others. An alarm
  ///   without a known run is told to no customer.
  /// - Alarms that are shelved or out of service call nobody; that nobody acknowledged in time is told even then.
  ///
  /// - Parameter closing: what ``alarmClosing(by:)`` said of the event before it was applied.
  public func notifications(after event: Event, closing: Alarm? = nil) -> [Event] {
    // Crossings that outlived their subscription end even where a new plan has none.
    if case .planApplied = event { return crossingsOfGonePlans() }
    guard let subscriptions = plan.notifications, !subscriptions.isEmpty else { return [] }
    switch event {
    case .alarmRaised(let alarm): return owed(.raised, alarms[alarm.id], at: alarm.raisedAt, subscriptions)
    case .alarmAcknowledged(let done): return owed(.acknowledged, alarms[done.alarm], at: done.at, subscriptions)
    case .alarmEscalated(let rung): return owed(.escalated, alarms[rung.alarm], at: rung.at, subscriptions)
    case .alarmReturned(let back): return owed(.returned, alarms[back.alarm], at: back.at, subscriptions)
    case .alarmClosed(let closed): return owed(.closed, closing, at: closed.at, subscriptions)
    case .characteristicTaken(let taken) where taken.charted: return crossings(by: Judged(taken), subscriptions)
    case .measurementTaken(let taken): return Judged(taken).map { crossings(by: $0, subscriptions) } ?? []
    case .runEnded(let end): return crossingsEnding(with: end, subscriptions)
    default: return ledgerNews(event, subscriptions)
    }
  }

  mutating func applyThreshold(_ crossing: ThresholdCrossing) {
    let key = ThresholdKey(subscription: crossing.subscription, threshold: crossing.threshold)
    crossedThresholds[key] = crossing.isReturn ? nil : crossing
  }

  // MARK: Alarms

  private func owed(
    _ occasion: NotificationOccasion, _ alarm: Alarm?, at time: Timestamp, _ subscriptions: [NotificationPlan]
  ) -> [Event] {
    guard let alarm, occasion == .escalated || calls(alarm) else { return [] }
    let run = run(alarm.run, at: alarm.station)
    return subscriptions.compactMap { subscription in
      guard subscription.wants(occasion, alarm) else { return nil }
      let share = share(of: subscription.customer, in: run)
      guard subscription.customer == nil || !share.lots.isEmpty else { return nil }
      return .notificationOwed(
        NotificationOwed(
          subscription: subscription.name, customer: subscription.customer, occasion: occasion,
          alarm: subscription.customer == nil ? alarm : alarm.forCustomer, threshold: nil, site: plan.site,
          line: plan.line, lots: share.lots, workOrders: share.orders, at: time))
    }
  }

  private func calls(_ alarm: Alarm) -> Bool { alarm.callsPeople && outOfService[alarm.origin] == nil }

  // MARK: Thresholds

  /// What was taken or measured of a characteristic at one time.
  private struct Judged {
    var characteristic: CharacteristicName
    var run: RunID
    var cycle: Int
    var values: [Double]
    var unit: String
    var at: Timestamp

    init(_ taken: CharacteristicTaken) {
      characteristic = taken.characteristic
      run = taken.run
      cycle = taken.cycle
      values = [taken.value]
      unit = taken.unit
      at = taken.at
    }

    /// Nil for counts, which have no threshold, and where no run was at the station.
    init?(_ taken: MeasurementTaken) {
      guard let measured = taken.run, taken.inspected == nil else { return nil }
      characteristic = taken.characteristic
      run = measured
      cycle = 0
      values = taken.values
      unit = taken.unit
      at = taken.at
    }

    /// Of several values the first beyond, else the last.
    func value(for threshold: CustomerThreshold) -> Double? {
      values.first { threshold.side(of: $0) != nil } ?? values.last
    }
  }

  private func crossings(by taken: Judged, _ subscriptions: [NotificationPlan]) -> [Event] {
    guard subscriptions.contains(where: { $0.thresholds.contains { $0.characteristic == taken.characteristic } }),
      let run = knownRun(taken.run)
    else { return [] }
    var events: [Event] = []
    for subscription in subscriptions {
      guard !share(of: subscription.customer, in: run).lots.isEmpty else { continue }
      for threshold in subscription.thresholds
      where threshold.characteristic == taken.characteristic && threshold.station == run.station {
        let open = crossedThresholds[ThresholdKey(subscription: subscription.name, threshold: threshold)]
        guard let value = taken.value(for: threshold) else { continue }
        // One episode until the value is back: what goes on beyond the same side is not told again.
        let side = threshold.side(of: value)
        guard open?.side != side, let shown = side ?? open?.side else { continue }
        let crossing = ThresholdCrossing(
          subscription: subscription.name, customer: subscription.customer, threshold: threshold, side: shown,
          value: value, unit: taken.unit, run: taken.run, cycle: taken.cycle, isReturn: side == nil, at: taken.at)
        events += told(crossing, to: subscription, run)
        // The last values of a run come after its end; nothing would end their episode.
        if side != nil, run.endedAt != nil { events += told(crossing.ended(at: taken.at), to: subscription, run) }
      }
    }
    return events
  }

  /// An episode ends with its run: the next one may hold lots of others.
  private func crossingsEnding(with end: RunEnded, _ subscriptions: [NotificationPlan]) -> [Event] {
    guard !crossedThresholds.isEmpty, let run = knownRun(end.run) else { return [] }
    return subscriptions.flatMap { subscription in
      subscription.thresholds.flatMap { threshold -> [Event] in
        let key = ThresholdKey(subscription: subscription.name, threshold: threshold)
        guard let open = crossedThresholds[key], open.run == end.run else { return [] }
        return told(open.ended(at: end.at), to: subscription, run)
      }
    }
  }

  private func told(_ crossing: ThresholdCrossing, to subscription: NotificationPlan, _ run: Run) -> [Event] {
    let occasion: NotificationOccasion = crossing.isReturn ? .thresholdReturned : .thresholdCrossed
    let share = share(of: subscription.customer, in: run)
    guard subscription.occasions.contains(occasion), !share.lots.isEmpty else { return [.thresholdCrossed(crossing)] }
    return [
      .thresholdCrossed(crossing),
      .notificationOwed(
        NotificationOwed(
          subscription: subscription.name, customer: subscription.customer, occasion: occasion, alarm: nil,
          threshold: crossing, site: plan.site, line: plan.line, lots: share.lots, workOrders: share.orders,
          at: crossing.at)),
    ]
  }

  /// Ends what the plan no longer judges. Nobody is told: the value is not back.
  private func crossingsOfGonePlans() -> [Event] {
    let judged = Set(
      (plan.notifications ?? []).flatMap { subscription in
        subscription.thresholds.map { ThresholdKey(subscription: subscription.name, threshold: $0) }
      })
    return crossedThresholds.filter { !judged.contains($0.key) }.values
      .sorted { ($0.subscription, $0.threshold.orderText) < ($1.subscription, $1.threshold.orderText) }
      .map { .thresholdCrossed($0.ended(at: $0.at)) }
  }

  // MARK: Whose lots

  /// The lots and work orders of a run that are this customer's; all of them for nil.
  private func share(of customer: String?, in run: Run?) -> (lots: [LotNumber], orders: [WorkOrderNumber]) {
    guard let run else { return ([], []) }
    guard let customer else { return (run.lots, run.workOrders) }
    return (
      run.lots.filter { lot in lots[lot].flatMap { orders[$0.order]?.customer } == customer },
      run.workOrders.filter { orders[$0]?.customer == customer }
    )
  }

  private func knownRun(_ id: RunID) -> Run? {
    for name in plan.stations.map(\.name) {
      if let run = run(id, at: name) { return run }
    }
    return nil
  }
}

extension NotificationPlan {
  fileprivate func wants(_ occasion: NotificationOccasion, _ alarm: Alarm) -> Bool {
    guard occasions.contains(occasion), kinds.contains(alarm.kind), alarm.urgency >= minimumPriority else {
      return false
    }
    guard occasion == .escalated, let escalationTo else { return true }
    return alarm.escalation.map { escalationTo.contains($0.to) } ?? false
  }
}

extension Alarm {
  /// What a customer may know of it.
  fileprivate var forCustomer: Alarm {
    var shown = Alarm(
      id: id, kind: kind, station: station, source: source, rule: rule, side: side, value: value, limit: limit,
      unit: unit, run: nil, raisedAt: raisedAt)
    shown.returnedAt = returnedAt
    shown.priority = priority
    return shown
  }
}

extension ThresholdCrossing {
  /// The end of the episode without a value that is back.
  fileprivate func ended(at time: Timestamp) -> ThresholdCrossing {
    var end = self
    end.isReturn = true
    end.at = time
    return end
  }
}

extension CustomerThreshold {
  fileprivate var orderText: String {
    "\(station) \(characteristic) \(low.map { "\($0)" } ?? "") \(high.map { "\($0)" } ?? "")"
  }
}

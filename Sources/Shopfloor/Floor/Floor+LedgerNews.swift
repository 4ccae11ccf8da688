/// What people are told of the ledger itself: that nothing is recorded, that it goes on, that the disk fills up, that a
/// stretch is damaged.
extension Floor {
  /// One message for each subscription of the plant; an event of another kind owes none.
  func ledgerNews(_ event: Event, _ subscriptions: [NotificationPlan]) -> [Event] {
    guard let told = told(event) else { return [] }
    return subscriptions.filter { $0.customer == nil }.map { subscription in
      .notificationOwed(
        NotificationOwed(
          subscription: subscription.name, customer: nil, occasion: told.occasion, alarm: nil, threshold: nil,
          news: told.words, site: plan.site, line: plan.line, lots: told.lots, workOrders: [], at: told.at))
    }
  }

  private struct Told {
    var occasion: NotificationOccasion
    var words: Words
    var lots: [LotNumber] = []
    var at: Timestamp
  }

  private func told(_ event: Event) -> Told? {
    let place = "\(plan.site), \(plan.line)"
    switch event {
    case .recordingSuspended(let stop):
      return Told(
        occasion: .recordingSuspended,
        words: Words(
          "\(place): nothing has been recorded since \(stop.at): \(stop.reason). Stop the line and call the technician.",
          "\(place)：自 \(stop.at) 起未在记录：\(stop.reason)。请停线并呼叫技术人员。"),
        at: stop.at)
    case .recordingResumed(let back):
      return Told(
        occasion: .recordingResumed,
        words: Words(
          "\(place): recording goes on since \(back.at). \(back.heldReadings) readings had been held back and are kept; "
            + "\(back.lostBatches) batches found no room and are lost.",
          "\(place)：自 \(back.at) 起已恢复记录。暂存的 \(back.heldReadings) 个读数已保存；"
            + "\(back.lostBatches) 批数据因无空间而丢失。"),
        at: back.at)
    // That there is room again calls nobody.
    case .storageLow(let low) where low.level != .enough:
      let free = "\(low.freeBytes >> 20) / \(low.capacityBytes >> 20) MiB"
      return Told(
        occasion: .storageLow,
        words: Words(
          "\(place): the disk of the ledger fills up, \(free) are free (level \(low.level.rawValue)). Make room.",
          "\(place)：台账磁盘空间不足，剩余 \(free)（级别 \(low.level.rawValue)）。请清理空间。"),
        at: low.at)
    case .ledgerDamageFound(let damage):
      let stretch = "\(damage.place.rawValue) \(damage.first)–\(damage.last)"
      return Told(
        occasion: .ledgerDamaged,
        words: Words(
          "\(place): the ledger is damaged at \(stretch): \(damage.reason). It was set aside; tell quality.",
          "\(place)：台账在 \(stretch) 处损坏：\(damage.reason)。该部分已隔离，请通知质量部门。"),
        lots: damage.lots, at: damage.until ?? Timestamp(microseconds: 0))
    default: return nil
    }
  }
}

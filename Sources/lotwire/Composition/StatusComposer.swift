import Console
import Devices
import ERP
import Foundation
import Ledger
import Notifications
import Recorder
import Shopfloor

/// What is copied out of the engine between two commits, to be shown.
struct FloorView: Sendable {
  var floor: Floor
  var readings: [StationName: [LineEngine.ParameterView]]
  var cycles: [StationName: Int]

  init(_ engine: borrowing LineEngine) {
    let floor = engine.floor
    self.floor = floor
    readings = engine.latestReadings()
    cycles = [:]
    for station in floor.plan.stations {
      cycles[station.name] = engine.cycleCount(at: station.name)
    }
  }
}

/// Puts the pieces of the rooms together into the line's status.
struct StatusComposer {
  let plant: PlantConfiguration
  let now: ClockReading
  let startedAt: ClockReading
  let view: FloorView
  let recorder: Recorder
  let eventCount: Int64
  let devices: [LinkStatus]
  let erp: ERPStatus?
  /// Nil where it could not be read.
  let outbox: OutboxBacklog?
  let notifications: [NotificationStatus]
  let refusals: RefusalBoard
  let feedback: FeedbackHub.Counters
  let sealing: SealingStatus
  let duties: [DutyStatus]

  func status() -> LineStatus {
    let state = recorder.status
    var ledger = LedgerStatus(
      events: eventCount, readings: Int64(state.counters.readings), commits: Int64(state.counters.commits),
      fileBytes: bytes(of: plant.ledgerPath), duties: duties)
    ledger.walBytes = bytes(of: plant.ledgerPath + "-wal")
    return LineStatus(
      programVersion: lotwireVersion, site: plant.site, line: plant.line, isRecording: state.isRecording,
      recordingDetail: state.problem ?? "", at: now.utc,
      uptimeSeconds: Double(now.monotonicMicroseconds - startedAt.monotonicMicroseconds) / 1_000_000,
      recorder: state, stations: view.floor.plan.stations.map(station),
      openAlarms: Array(view.floor.alarms.values),
      outOfService: view.floor.outOfService.values.sorted { ($0.at, $0.source.source) < ($1.at, $1.source.source) },
      devices: devices,
      inbox: InboxStatus(
        waitingBatches: recorder.waitingReadings, capacityBatches: InboxBounds().maximumReadings,
        turnedAway: Int(state.counters.turnedAwayBatches)),
      ledger: ledger, delivery: erp.map(delivery), interlocks: interlocks, deviceNotes: deviceNotes,
      feedback: feedback, sealing: sealing, notifications: notifications.map(subscription))
  }

  private var interlocks: [InterlockStatus] {
    view.floor.interlocks.sorted { $0.key < $1.key }.map { station, state in
      InterlockStatus(
        station: station, device: state.plan.device, point: state.plan.point, holds: state.holds,
        isConfirmed: state.isConfirmed, fault: view.floor.openWrites[state.order]?.lastReport?.detail)
    }
  }

  private var deviceNotes: [DeviceNote] {
    plant.modbusDevices.compactMap { device in
      let limits = view.floor.deviceLimits[device.name]
      let commissioning = view.floor.commissionings[device.name]
      guard limits != nil || commissioning != nil else { return nil }
      return DeviceNote(
        device: device.name, refused: limits.map(Self.refusals) ?? [], commissioning: commissioning,
        isCommissioningCurrent: commissioning.map { $0.profileDigest == device.profileDigest } ?? true)
    }
  }

  private static func refusals(_ limits: DeviceLimitsLearned) -> [String] {
    var lines = limits.unreadable.map { place in
      let end = place.address + place.count - 1
      return
        "\(place.table) \(end == place.address ? "\(end)" : "\(place.address)-\(end)") (exception \(place.exception))"
    }
    if let most = limits.maximumRegisters { lines.append("more than \(most) registers a request") }
    if let most = limits.maximumBits { lines.append("more than \(most) coils a request") }
    if limits.refusesGaps { lines.append("requests that run over unused addresses") }
    return lines
  }

  private func bytes(of path: String) -> Int64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)  // shown as 0, if unreadable
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  private func station(_ plan: StationPlan) -> StationStatus {
    let state = view.floor.station(plan.name)
    return StationStatus(
      name: plan.name, operation: plan.operation,
      personName: state.person.map { view.floor.people[$0]?.name ?? $0.text }, run: state.activeRun?.id,
      lots: state.activeRun?.lots ?? state.load, startedAt: state.activeRun?.startedAt,
      cycleCount: view.cycles[plan.name] ?? 0,
      values: (view.readings[plan.name] ?? []).map { parameter($0, at: plan.name) },
      lastRefusal: refusals.refusal(at: plan.name).map {
        RefusalStatus(code: $0.refusal.code.rawValue, words: $0.refusal.words, at: $0.at)
      })
  }

  private func parameter(_ parameter: LineEngine.ParameterView, at station: StationName) -> ParameterStatus {
    let alarms = view.floor.alarms.values.filter { $0.station == station && $0.source == parameter.plan.name.text }
    let state: ParameterStatus.AlarmState =
      if alarms.contains(where: { $0.returnedAt == nil && $0.acknowledgement == nil }) {
        .unacknowledged
      } else if alarms.contains(where: { $0.returnedAt == nil }) {
        .acknowledged
      } else {
        alarms.isEmpty ? .normal : .returned
      }
    return ParameterStatus(
      parameter: parameter.plan.name, value: parameter.latest?.value, words: words(parameter),
      unit: parameter.plan.unit,
      quality: parameter.latest?.quality ?? "none",
      ageSeconds: parameter.latest.map { Double(now.utc.microseconds(since: $0.time)) / 1_000_000 }, alarm: state)
  }

  /// The text of a text point, the word of a code, the names of the bits that are set.
  private func words(_ parameter: LineEngine.ParameterView) -> Words? {
    if let text = parameter.text { return Words(text, text) }
    guard let value = parameter.latest?.value,
      let point = plant.modbusDevices.first(where: { $0.name == parameter.plan.device })?
        .profile.point(parameter.plan.point)
    else { return nil }
    return point.words(of: value)
  }

  private func subscription(_ status: NotificationStatus) -> SubscriptionStatus {
    SubscriptionStatus(
      name: status.subscription, connector: status.connector, waitingRows: status.waitingRows,
      oldestWaitingSeconds: status.oldestWaitingSince.map { Double(now.utc.microseconds(since: $0)) / 1_000_000 },
      isLate: status.isLate(at: now.utc), lateAfterSeconds: Double(status.lateAfterMicroseconds) / 1_000_000,
      refusedRows: status.refusedRows, deliveredRows: status.deliveredRows, lastDeliveryAt: status.lastDeliveryAt,
      lastError: status.lastError)
  }

  private func delivery(_ status: ERPStatus) -> DeliveryStatus {
    DeliveryStatus(
      connector: status.connector, isConnected: status.state == .connected, lastContactAt: status.lastContactAt,
      lastError: status.lastError, waitingRows: status.waitingRows,
      oldestWaitingSeconds: status.oldestWaitingSince.map { Double(now.utc.microseconds(since: $0)) / 1_000_000 },
      blockedRows: status.blockedRows, deliveredRows: status.deliveredRows,
      refusedWork: status.refusals.map { "\($0)" }, refusedRows: outbox?.refusedRows ?? 0,
      setAsideRows: outbox?.setAsideRows ?? 0,
      unknownPeople: .init(count: status.unknownPeople, listed: status.unknownPeopleListed),
      comparison: ComparisonDesk.status(status))
  }
}

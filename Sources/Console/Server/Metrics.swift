import Devices
import Recorder
import Shopfloor

/// The status as numbers for Prometheus (text exposition format 0.0.4). Names have the prefix lotwire_ and base units; lots,
/// runs and people are never labels: their number has no end.
struct Metrics {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  let status: LineStatus

  init(_ status: LineStatus) { self.status = status }

  var text: String { (line + recorder + storage + latency + ledger + outbox + devices).joined(separator: "\n") + "\n" }

  // MARK: Families

  private var line: [String] {
    [
      "# HELP lotwire_info The program and the line that it records.", "# TYPE lotwire_info gauge",
      "lotwire_info\(labels([("version", status.programVersion), ("site", status.site), ("line", status.line)])) 1",
    ]
      + gauge("recording", "1 while everything is recorded, 0 while nothing can be kept.", status.isRecording ? 1 : 0)
      + gauge("uptime_seconds", "Since the start of the daemon.", status.uptimeSeconds)
      + gauge("open_alarms", "Alarms that call somebody.", Double(status.openAlarms.count))
  }

  private var recorder: [String] {
    guard let state = status.recorder else { return [] }
    let counters = state.counters
    return counter("commits_total", "Commits that are on disk.", counters.commits)
      + counter(
        "failed_commits_total", "Commits that failed; nothing of them was acknowledged.", counters.failedCommits)
      + counter("readings_total", "Readings that are on disk.", counters.readings)
      + counter("events_total", "Events that are on disk.", counters.events)
      + counter("commands_total", "Commands that were answered.", counters.commands)
      + counter("duplicate_messages_total", "Messages that came again and were kept once.", counters.duplicateMessages)
      + counter("dropped_batches_total", "Batches that found the inbox full.", counters.turnedAwayBatches)
      + counter("suspensions_total", "Times that recording stopped because of the disk.", state.storage.suspensions)
      + gauge("waiting_readings", "Readings on their way to the next commit.", Double(status.inbox.waitingBatches))
      + gauge("waiting_readings_limit", "Readings that may wait at most.", Double(status.inbox.capacityBatches))
      + gauge("held_readings", "Readings that wait because nothing can be kept.", Double(state.storage.heldReadings))
      + gauge("held_readings_age_seconds", "How long the oldest of them waits.", age(state.storage.heldSince))
  }

  private var storage: [String] {
    guard let storage = status.recorder?.storage else { return [] }
    var lines = [
      "# HELP lotwire_storage_level 1 for the level of free space that is reached.",
      "# TYPE lotwire_storage_level gauge",
    ]
    lines += StorageLow.Level.allCases.map { level in
      "lotwire_storage_level\(labels([("level", level.rawValue)])) \(storage.level == level ? 1 : 0)"
    }
    lines += [
      "# HELP lotwire_storage_fault 1 for what keeps the ledger from being written.",
      "# TYPE lotwire_storage_fault gauge",
    ]
    lines += StorageFault.allCases.map { fault in
      "lotwire_storage_fault\(labels([("fault", fault.rawValue)])) \(storage.fault == fault ? 1 : 0)"
    }
    if let free = storage.freeBytes, let whole = storage.capacityBytes {
      lines += gauge("storage_free_bytes", "Free on the file system of the ledger.", Double(free))
      lines += gauge("storage_capacity_bytes", "Size of that file system.", Double(whole))
    }
    return lines + gauge("storage_reserve_bytes", "Set aside for the last events.", Double(storage.reserveBytes))
  }

  private var latency: [String] {
    guard let latency = status.recorder?.commitLatency else { return [] }
    let name = "lotwire_commit_duration_seconds"
    var lines = ["# HELP \(name) How long commits took until they were on disk.", "# TYPE \(name) histogram"]
    var sum: UInt64 = 0
    for (bound, count) in zip(CommitLatency.boundsMicroseconds, latency.counts) {
      sum += count
      lines.append("\(name)_bucket\(labels([("le", number(Double(bound) / 1_000_000))])) \(sum)")
    }
    lines.append("\(name)_bucket\(labels([("le", "+Inf")])) \(latency.count)")
    lines.append("\(name)_sum \(number(Double(latency.sumMicroseconds) / 1_000_000))")
    lines.append("\(name)_count \(latency.count)")
    return lines
  }

  private var ledger: [String] {
    gauge("ledger_bytes", "Size of the ledger's file.", Double(status.ledger.fileBytes))
      + gauge("ledger_wal_bytes", "Size of its write-ahead log.", Double(status.ledger.walBytes))
      + gauge("ledger_events", "Events in the ledger.", Double(status.ledger.events))
  }

  private var outbox: [String] {
    var lines: [String] = []
    if let delivery = status.delivery {
      lines += gauge("erp_connected", "1 while the ERP answers.", delivery.isConnected ? 1 : 0)
      lines += gauge("erp_waiting_rows", "Records and movements that the ERP is owed.", Double(delivery.waitingRows))
      lines += gauge("erp_waiting_age_seconds", "Age of the oldest of them.", delivery.oldestWaitingSeconds ?? 0)
      lines += gauge("erp_blocked_rows", "Rows that somebody must look at.", Double(delivery.blockedRows))
      lines += gauge("erp_refused_rows", "Rows that the ERP refused.", Double(delivery.refusedRows))
      lines += gauge("erp_set_aside_rows", "Rows that a person set aside.", Double(delivery.setAsideRows))
      lines += gauge(
        "erp_unknown_people", "People whom the ERP names and the configuration does not know.",
        Double(delivery.unknownPeople?.count ?? 0))
      lines += gauge("erp_last_contact_age_seconds", "Since the ERP last answered.", age(delivery.lastContactAt))
      lines += delivery.comparison.map(comparison) ?? []
    }
    guard !status.notifications.isEmpty else { return lines }
    let name = "lotwire_notification_waiting_rows"
    lines += ["# HELP \(name) Messages that a subscriber is owed.", "# TYPE \(name) gauge"]
    // By their place in the configuration: names of customers are not for everybody who can reach the screens.
    return lines
      + status.notifications.enumerated().map { place, subscriber in
        "\(name)\(labels([("subscription", "\(place + 1)")])) \(subscriber.waitingRows)"
      }
  }

  private func comparison(_ compared: ComparisonStatus) -> [String] {
    var lines = counter(
      "erp_compared_rows_total", "Deliveries that were compared with what the ERP holds, since the start.",
      UInt64(max(0, compared.comparedSinceStart)))
    lines += counter(
      "erp_incomparable_rows_total", "How often a delivery could not be compared, since the start.",
      UInt64(max(0, compared.incomparableSinceStart)))
    lines += gauge(
      "erp_differing_rows", "Deliveries that differed when they were compared last, since the start.",
      Double(compared.differingNow))
    if let ended = compared.last?.endedAt {
      lines += gauge(
        "erp_last_comparison_age_seconds", "Since the last comparison of everything ended.", age(ended))
    }
    if let next = compared.nextAt {
      let seconds = max(0, Double(next.microseconds(since: status.at)) / 1_000_000)
      lines += gauge(
        "erp_next_comparison_seconds", "Until the next regular comparison of everything begins.", seconds)
    }
    return lines
  }

  private var devices: [String] {
    let online = "lotwire_device_online"
    let age = "lotwire_last_reading_age_seconds"
    let good = "lotwire_last_reading_good"
    var lines = ["# HELP \(online) 1 while the device answers.", "# TYPE \(online) gauge"]
    lines += status.devices.map { "\(online)\(labels([("device", $0.device.text)])) \($0.state == .online ? 1 : 0)" }
    let values = status.stations.flatMap { station in
      station.values.map { (labels([("station", station.name.text), ("parameter", $0.parameter.text)]), $0) }
    }
    lines += ["# HELP \(age) Age of the latest reading of a parameter.", "# TYPE \(age) gauge"]
    lines += values.compactMap { label, value in value.ageSeconds.map { "\(age)\(label) \(number($0))" } }
    lines += ["# HELP \(good) 1 where that reading is good.", "# TYPE \(good) gauge"]
    return lines + values.map { label, value in "\(good)\(label) \(value.quality == "good" ? 1 : 0)" }
  }

  // MARK: Writing

  private func age(_ time: Timestamp?) -> Double {
    time.map { max(0, Double(status.at.microseconds(since: $0)) / 1_000_000) } ?? 0
  }

  private func gauge(_ name: String, _ help: String, _ value: Double) -> [String] {
    ["# HELP lotwire_\(name) \(help)", "# TYPE lotwire_\(name) gauge", "lotwire_\(name) \(number(value))"]
  }

  private func counter(_ name: String, _ help: String, _ value: UInt64) -> [String] {
    ["# HELP lotwire_\(name) \(help)", "# TYPE lotwire_\(name) counter", "lotwire_\(name) \(value)"]
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  /// Backslash, quote and line end are escaped (text exposition format, "Comments, help text, and type information").
  private func labels(_ pairs: [(name: String, value: String)]) -> String {
    let texts = pairs.map { pair in
      // By scalars: a line end of two characters is one Character.
      var escaped = String.UnicodeScalarView()
      for scalar in pair.value.unicodeScalars {
        switch scalar {
        case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
        case "\"": escaped.append(contentsOf: "\\\"".unicodeScalars)
        case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
        case "\r": continue
        default: escaped.append(scalar)
        }
      }
      return "\(pair.name)=\"\(String(escaped))\""
    }
    return "{\(texts.joined(separator: ","))}"
  }
}

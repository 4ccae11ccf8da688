import ArgumentParser
import Console
import Devices
import Foundation
import Recorder
import Shopfloor

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what is on which station, the last values, the open alarms and the devices.")

  @OptionGroup var options: ConfigurationOption

  @Flag(help: "As JSON, for programs.")
  var json = false

  func run() async throws {
    try await reporting {
      let client = try ControlSocket.client(options)
      printLine(json ? try client.statusJSON() : StatusText(try client.status()).text)
    }
  }
}

/// The status as a person reads it in a terminal: words and shapes, no colour needed.
struct StatusText {
  let status: LineStatus

  init(_ status: LineStatus) { self.status = status }

  var text: String {
    var lines = [heading] + storage
    for station in status.stations { lines += self.station(station) }
    lines += alarms
    lines += interlocks + devices
    if let delivery = status.delivery {
      lines.append(erp(delivery))
      lines += delivery.comparison.map { ComparisonText($0).lines } ?? []
    }
    lines += status.notifications.flatMap(subscription)
    if let sealing { lines.append(sealing) }
    lines.append(
      "  Ledger   \(status.ledger.readings) readings in \(status.ledger.commits) commits since the start, "
        + "\(status.ledger.events) events in all")
    lines += duties
    return lines.joined(separator: "\n")
  }

  private var heading: String {
    let recording = status.isRecording ? "● recording" : "■ NOT RECORDING: \(status.recordingDetail)"
    return "\(status.site) › \(status.line)   \(recording)   \(clock(status.at))"
  }

  /// What is wrong with the disk of the ledger; nothing where all is well.
  private var storage: [String] {
    guard let storage = status.recorder?.storage else { return [] }
    var lines: [String] = []
    if let words = storage.words { lines += ["  ■ \(words.english)", "    \(words.chinese)"] }
    if storage.heldReadings > 0 {
      let since = storage.heldSince.map { ", the oldest since \(clock($0))" } ?? ""
      lines.append("    \(storage.heldReadings) readings are held back\(since)")
    }
    if storage.level != .enough, let free = storage.freeBytes, let whole = storage.capacityBytes {
      let text = "\(free >> 20) of \(whole >> 20) MiB are free on the disk of the ledger"
      lines.append("  \(storage.level == .critical ? "■" : "▲") \(text)")
    }
    return lines
  }

  func clock(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(8)) + " UTC" }

  private func station(_ station: StationStatus) -> [String] {
    let person = station.personName ?? "nobody"
    var head = "  Station \(station.name) (\(station.operation))   \(person)"
    if let run = station.run {
      let lots = station.lots.map(\.text).joined(separator: ", ")
      head += "   run \(run): lot \(lots), \(station.cycleCount) cycles"
    } else if !station.lots.isEmpty {
      head += "   loaded: \(station.lots.map(\.text).joined(separator: ", "))"
    } else {
      head += "   no run"
    }
    return [head] + refusal(station) + station.values.map(value)
  }

  /// Refusals stay on the screen for a minute.
  private static let refusalMicroseconds: Int64 = 60_000_000

  private func refusal(_ station: StationStatus) -> [String] {
    guard let refusal = station.lastRefusal, status.at.microseconds(since: refusal.at) < Self.refusalMicroseconds
    else { return [] }
    return ["    ✗  \(clock(refusal.at))  \(refusal.words.english)", "                   \(refusal.words.chinese)"]
  }

  private func value(_ value: ParameterStatus) -> String {
    let name = value.parameter.text.padding(toLength: 26, withPad: " ", startingAt: 0)
    let number = value.value.map { Self.rounded($0) + " " + value.unit } ?? "—"
    let shown =
      value.words.map { words in words.english == words.chinese ? words.english : "\(words.english) / \(words.chinese)"
      } ?? number
    let quality = value.quality == "good" ? "" : "   (\(value.quality))"
    let alarm =
      switch value.alarm {
      case .normal: "  "
      case .unacknowledged: "▲!"
      case .acknowledged: "▲ "
      case .returned: "△ "
      }
    return "    \(alarm) \(name) \(shown)\(quality)"
  }

  static func rounded(_ value: Double) -> String {
    let scaled = (value * 1_000).rounded() / 1_000
    return scaled == scaled.rounded() && abs(scaled) < 1e15 ? String(Int64(scaled)) : String(scaled)
  }

  private var interlocks: [String] {
    status.interlocks.map { interlock in
      let state = interlock.holds ? "■ HOLDS" : "○ released"
      let answer =
        interlock.isConfirmed ? "confirmed" : "NOT CONFIRMED" + (interlock.fault.map { ": \($0)" } ?? "")
      return "  Interlock \(state) \(interlock.station) (\(interlock.point) of \(interlock.device)), \(answer)"
    }
  }

  private func notes(of device: DeviceName) -> [String] {
    guard let note = status.deviceNotes.first(where: { $0.device == device }) else { return [] }
    var lines: [String] = []
    if let done = note.commissioning {
      let verdict = done.isPassed ? "values agree with the display" : "VALUES DIFFER from the display"
      lines.append(
        "commissioned \(done.at) by \(done.person): \(verdict)"
          + (note.isCommissioningCurrent ? "" : "; the profile has changed since, commission again"))
    }
    if !note.refused.isEmpty { lines.append("refuses \(note.refused.joined(separator: ", "))") }
    return lines.map { "             \($0)" }
  }

  private var devices: [String] {
    status.devices.flatMap { device in
      let sign =
        switch device.state {
        case .online: "●"
        case .degraded: "◐"
        case .starting, .offline: "○"
        }
      return ["  Device   \(sign) \(device.device) \(device.state.rawValue): \(device.detail)"]
        + notes(of: device.device)
    }
  }

  /// Nil where nothing went wrong.
  private var sealing: String? {
    let sealing = status.sealing
    guard sealing.failedAttempts > 0 || sealing.dropped > 0 else { return nil }
    return "  Sealing  \(sealing.failedAttempts) attempts failed since the start, \(sealing.waiting) waiting, "
      + "\(sealing.dropped) not remembered; the log says why"
  }

  private func subscription(_ told: SubscriptionStatus) -> [String] {
    let sign = told.isLate ? "▲" : (told.lastError == nil ? "●" : "○")
    var line =
      "  Notify   \(sign) \(told.name) (\(told.connector))   told \(told.deliveredRows), waiting \(told.waitingRows)"
    if let age = told.oldestWaitingSeconds {
      line += ", oldest \(Int(age)) s"
      if told.isLate { line += " — LATE (over \(Int(told.lateAfterSeconds)) s)" }
    }
    if told.refusedRows > 0 { line += ", not taken \(told.refusedRows)" }
    return [line] + (told.lastError.map { ["             \($0)"] } ?? [])
  }

  private func erp(_ delivery: DeliveryStatus) -> String {
    // What waits or fails although the ERP answers.
    let trouble = delivery.isConnected ? delivery.lastError.map { " — \($0)" } ?? "" : ""
    let unknownPeople = delivery.unknownPeople?.count ?? 0
    let contact = delivery.isConnected ? "● connected" : "○ not connected: \(delivery.lastError ?? "no contact yet")"
    return "  ERP      \(contact)   delivered \(delivery.deliveredRows), waiting \(delivery.waitingRows), "
      + "blocked \(delivery.blockedRows)"
      + (delivery.refusedRows > 0 ? ", refused \(delivery.refusedRows)" : "")
      + (delivery.setAsideRows > 0 ? ", set aside \(delivery.setAsideRows)" : "")
      + (unknownPeople > 0 ? ", \(unknownPeople) people not in the configuration" : "") + trouble
  }
}

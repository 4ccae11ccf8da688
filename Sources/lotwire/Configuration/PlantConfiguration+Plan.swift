import Devices
import Modbus
import Scanners
import Shopfloor

extension PlantConfiguration {
  /// The plant in the words of the floor, with the wiring as text so that its changes are audited too.
  var plan: LinePlan {
    LinePlan(
      site: site, line: line, stations: stations, wiring: wiring, writes: allowances.isEmpty ? nil : allowances,
      materialRules: materialRules, alarmPolicy: alarmPolicy,
      notifications: notifications.isEmpty ? nil : notifications.map(\.plan), quantities: quantityRules)
  }

  private var allowances: [WriteAllowance] {
    modbusDevices.flatMap { device in
      device.writes.compactMap { name in
        device.profile.write(name).map { point in
          WriteAllowance(
            device: device.name, point: name, unit: point.unit, minimum: point.minimum ?? 0, maximum: point.maximum ?? 1
          )
        }
      }
    }
  }

  private var wiring: [WiringEntry] {
    var entries: [WiringEntry] = []
    for device in modbusDevices {
      entries.append(
        WiringEntry(
          name: device.name.text,
          description:
            "modbus \(device.endpoint) unit \(device.unit), profile \(device.profile.name) sha256 \(device.profileDigest)"
            + device.policy.wiringText
            + (device.writes.isEmpty ? "" : ", may write \(device.writes.joined(separator: ", "))")))
    }
    entries += messageWiring
    for scanner in scanners {
      entries.append(
        WiringEntry(
          name: scanner.name.text,
          description: "scanner at \(scanner.station): \(scanner.connection)\(scanner.wiringText)"))
    }
    if let erp { entries.append(WiringEntry(name: "erp", description: erp.wiringText)) }
    for entry in notifications {
      entries.append(WiringEntry(name: "notification \(entry.plan.name)", description: entry.wiringText))
    }
    if let screens { entries.append(WiringEntry(name: "console", description: "screens read at \(screens)")) }
    return entries
  }
}

extension ScannerEntry {
  /// ", layout de, …": how it writes and is read; empty where nothing is said.
  fileprivate var wiringText: String {
    func bytes(_ name: String, _ bytes: [UInt8]) -> String {
      bytes.isEmpty ? "" : ", \(name) \(bytes.map { String($0, radix: 16) }.joined(separator: " "))"
    }
    let separators = text.separators == SeparatorForm.unmistakable ? [] : text.separators.map(\.word).sorted()
    return (mode == .auto ? "" : ", mode \(mode.rawValue)")
      + (text.layout.map { ", layout \($0.name)" } ?? "")
      + (separators.isEmpty ? "" : ", separator \(separators.joined(separator: " or "))")
      + bytes("prefix", text.prefix) + bytes("suffix", text.suffix)
      + (text.idleEndMicroseconds.map { ", idle end \($0 / 1000) ms" } ?? "")
      + (fallsBackToEvdev ? ", fallback evdev" : "") + (staysDetached ? ", left detached" : "")
  }
}

extension EndpointPolicy {
  /// ", pause 0.02 s, …": what differs from the profile; empty where nothing does.
  fileprivate var wiringText: String {
    func seconds(_ name: String, _ microseconds: Int64?) -> String {
      microseconds.map { ", \(name) \(Double($0) / 1e6) s" } ?? ""
    }
    return seconds("pause", pauseMicroseconds) + seconds("pause after connect", pauseAfterConnectMicroseconds)
      + seconds("response timeout", responseTimeoutMicroseconds)
      + (closesAfterPoll.map { ", closes after poll: \($0)" } ?? "")
      + (pipelineDepth.map { ", \($0) requests at once" } ?? "")
  }
}

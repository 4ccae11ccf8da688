import Devices

// Topics and members by which a convention is known; see DeviceProfiles for the documents they are taken from.
extension MessageRecogniser {
  private static func member(_ json: JSONValue, _ names: String...) -> JSONValue? {
    var here = json
    for name in names {
      guard case .object(let members) = here, let found = members.first(where: { $0.name == name }) else { return nil }
      here = found.value
    }
    return here
  }

  /// Retained definitions below `homeassistant/…/config`.
  static func homeAssistant(_ json: JSONValue, _ levels: [String]) -> RecognisedMessage? {
    guard levels.last == "config", levels.count >= 4 else { return nil }
    let keys = ["state_topic", "stat_t", "command_topic", "cmd_t", "components", "cmps"]
    guard keys.contains(where: { member(json, $0) != nil }) else { return nil }
    return RecognisedMessage(.homeAssistant, note: "a definition; see lotwire mqtt watch --home-assistant")
  }

  static func chirpStack(_ json: JSONValue) -> RecognisedMessage? {
    guard member(json, "deviceInfo", "devEui") != nil else { return nil }
    let time = member(json, "time") == nil ? nil : "time"
    let keys = member(json, "deduplicationId") == nil ? [] : ["deduplicationId"]
    guard let object = member(json, "object") else {
      return RecognisedMessage(
        .chirpStack, timePath: time, keyPaths: keys,
        note: "no \"object\": give the device profile of ChirpStack a codec, or slice \"data\" (base64)")
    }
    let paths = NumberPaths(object, below: "object")
    return RecognisedMessage(
      .chirpStack, values: paths.values, furtherValues: paths.further, timePath: time, keyPaths: keys)
  }

  static func theThingsStack(_ json: JSONValue) -> RecognisedMessage? {
    guard member(json, "end_device_ids") != nil, let uplink = member(json, "uplink_message") else { return nil }
    let time = member(uplink, "received_at") == nil ? "received_at" : "uplink_message.received_at"
    let keys =
      member(uplink, "session_key_id") == nil || member(uplink, "f_cnt") == nil
      ? [] : ["uplink_message.session_key_id", "uplink_message.f_cnt"]
    guard let decoded = member(uplink, "decoded_payload") else {
      return RecognisedMessage(
        .theThingsStack, timePath: time, keyPaths: keys,
        note: "no \"decoded_payload\": give the device a payload formatter, or slice \"uplink_message.frm_payload\"")
    }
    let paths = NumberPaths(decoded, below: "uplink_message.decoded_payload")
    return RecognisedMessage(
      .theThingsStack, values: paths.values, furtherValues: paths.further, timePath: time, keyPaths: keys)
  }

  static func shelly(_ json: JSONValue, _ levels: [String]) -> RecognisedMessage? {
    if case .string(let method)? = member(json, "method"), method.hasPrefix("Notify"),
      levels.suffix(2) == ["events", "rpc"]
    {
      guard method == "NotifyStatus" || method == "NotifyFullStatus", let params = member(json, "params") else {
        return RecognisedMessage(.shelly, note: "\(method) brings no values")
      }
      return shelly(NumberPaths(params, below: "params", leaving: ["ts", "id"]), time: "params.ts")
    }
    guard levels.count == 3, levels[1] == "status", levels[2].contains(":"), member(json, "id") != nil else {
      return nil
    }
    return shelly(NumberPaths(json, leaving: ["id"]), time: nil)
  }

  /// Units that the names of Shelly's members hold: tC, tF, rh, apower (watts), voltage (volts), current (amperes).
  private static func shelly(_ paths: NumberPaths, time: String?) -> RecognisedMessage {
    let units = ["tC": "°C", "tF": "°F", "rh": "%", "apower": "W", "voltage": "V", "current": "A"]
    let values = paths.values.map { value in
      var value = value
      let name = value.path?.split(separator: ".").last.map(String.init) ?? ""
      if value.unit == nil { value.unit = units[name] }
      return value
    }
    return RecognisedMessage(.shelly, values: values, furtherValues: paths.further, timePath: time)
  }

  static func tasmota(_ json: JSONValue, _ levels: [String]) -> RecognisedMessage? {
    guard levels.contains("tele"), ["SENSOR", "STATE"].contains(levels.last), member(json, "Time") != nil else {
      return nil
    }
    var unit: String?
    if case .string(let text)? = member(json, "TempUnit") { unit = "°" + text }
    let paths = NumberPaths(json, leaving: ["Time", "TempUnit", "Id"], temperature: unit)
    return RecognisedMessage(
      .tasmota, values: paths.values, furtherValues: paths.further, timePath: "Time",
      note: "its time has no zone: name the zone, or leave the time out")
  }

  static func zigbee2MQTT(_ json: JSONValue, _ levels: [String]) -> RecognisedMessage? {
    if levels.last == "availability", case .string(let state)? = member(json, "state") {
      return RecognisedMessage(
        .availability, values: [RecognisedValue(path: "state", sample: state, isNumber: false)])
    }
    guard levels.count == 2, member(json, "linkquality") != nil else { return nil }
    let time = member(json, "last_seen") == nil ? nil : "last_seen"
    let paths = NumberPaths(json, leaving: ["last_seen", "update", "update_available"])
    return RecognisedMessage(.zigbee2MQTT, values: paths.values, furtherValues: paths.further, timePath: time)
  }

  /// An event of the IoT core of an ifm IO-Link master: process data as hexadecimal text.
  static func ifm(_ json: JSONValue) -> RecognisedMessage? {
    guard case .string("event")? = member(json, "code"), case .object(let parts)? = member(json, "data", "payload")
    else {
      return nil
    }
    let processData = parts.compactMap { part -> String? in
      guard part.name.hasSuffix("/pdin"), case .string(let text)? = member(part.value, "data"),
        let step = NumberPaths.step(named: part.name)
      else { return nil }
      return "data.payload\(step).data = \(text)"
    }
    guard !processData.isEmpty else { return nil }
    return RecognisedMessage(
      .ifmIOLink,
      note: "the bits are in the IODD of the sensor: " + processData.prefix(4).joined(separator: ", "))
  }
}
